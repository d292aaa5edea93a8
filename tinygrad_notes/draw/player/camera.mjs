import { calm } from "./dom.mjs";

const SMALLEST_SCALE = 0.12; // unless the whole graph is smaller still
const LARGEST_SCALE = 2;
const LARGEST_FIT = 1.25;
const READABLE_SCALE = 0.85; // the smallest letters, of 11 pixels, are 9 high then
const TEXTLESS_SCALE = 0.3; // below this no letter can be read, so none is drawn
const MARGIN = 24; // around what is scrolled to, in pixels; twice that below, where the zoom buttons are
const BREATH = 300; // milliseconds
const GLIDE = 250; // milliseconds
const SMALL = 300; // cards and lines of a graph that stays whole
const NEAR = 0.25; // of the screen's size: how far around it things are kept in the page

/**
 * What part of the graph is on the screen. Of a large graph, whatever lies outside is taken out of the page (not
 * just hidden: the browser walks over all that is in a page, seen or not), so that a step costs the same in a
 * graph of a thousand nodes as in one of a hundred.
 */
export class Camera {
  /**
   * @param layers lists of all that can be seen, each the children of one element of the SVG in their order:
   *   `{part, boxes}`, to be shown while any of its boxes `{left, top, right, bottom}` is near the screen
   * @param opening what the page opens with, as for `fit`
   */
  constructor(svg, scroller, layers, opening) {
    Object.assign(this, { svg, scroller, opening });
    this.layers = layers.map((things) => ({ home: things[0]?.part.parentNode, things }));
    this.small = layers.flat().length <= SMALL;
    svg.classList.toggle("small", this.small);
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.area = { left: x, top: y, width, height };
    this.scale = 1;
    this.pinned = new Set();
    this.revealed = 0; // when something was last scrolled to
    this.#measure();
    this.fit(opening);
    svg.classList.add("ready"); // not before most of what is not on the screen is out of the page
    this.fit(opening); // what is not displayed cannot be scrolled
    scroller.addEventListener("scroll", () => this.#look(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroller);
    this.untouched = true;
    for (const kind of ["pointerdown", "wheel", "keydown"])
      addEventListener(kind, () => { this.untouched = false; }, { once: true, passive: true, capture: true });
    this.#pan();
  }

  zoom(scale) {
    const middle = { x: (this.left + this.width / 2) / this.scale, y: (this.top + this.height / 2) / this.scale };
    this.scale = Math.min(LARGEST_SCALE, Math.max(Math.min(SMALLEST_SCALE, this.wholeScale), scale));
    this.svg.setAttribute("width", Math.round(this.area.width * this.scale));
    this.svg.setAttribute("height", Math.round(this.area.height * this.scale));
    this.svg.classList.toggle("far", this.scale < TEXTLESS_SCALE);
    this.scroller.scrollTo(middle.x * this.scale - this.width / 2, middle.y * this.scale - this.height / 2);
    this.#look();
  }

  get wholeScale() {
    return Math.min(LARGEST_FIT, this.width / this.area.width, this.height / this.area.height);
  }

  /** The whole graph, however small that makes it. */
  whole() {
    this.zoom(this.wholeScale);
  }

  /** The whole graph where that leaves it readable, else these boxes, of which the first one matters most. */
  fit(boxes) {
    if (this.wholeScale >= READABLE_SCALE) {
      this.whole();
      return;
    }
    const all = around(boxes);
    const scale = Math.min(
      LARGEST_FIT,
      (this.width - 2 * MARGIN) / (all.right - all.left),
      (this.height - 3 * MARGIN) / (all.bottom - all.top),
    );
    this.zoom(Math.max(scale, READABLE_SCALE));
    this.#center(all);
    this.#scrollTo(boxes[0], true);
  }

  #center({ left, top, right, bottom }) {
    const x = ((left + right) / 2 - this.area.left) * this.scale - this.width / 2;
    const y = ((top + bottom) / 2 - this.area.top) * this.scale - this.height / 2;
    this.scroller.scrollTo(x, y);
    this.#look();
  }

  /** Scroll so that `box` can be seen, if it cannot; in a quick succession only every now and then. */
  reveal(box, quick) {
    clearTimeout(this.waiting);
    const wait = quick ? this.revealed + BREATH - performance.now() : 0;
    if (wait > 0) this.waiting = setTimeout(() => this.#scrollTo(box, quick), wait);
    else this.#scrollTo(box, quick);
  }

  #scrollTo(box, quick) {
    cancelAnimationFrame(this.frame);
    this.revealed = performance.now();
    const start = {
      x: (box.left - this.area.left) * this.scale - MARGIN,
      y: (box.top - this.area.top) * this.scale - MARGIN,
    };
    const end = {
      x: (box.right - this.area.left) * this.scale + MARGIN,
      y: (box.bottom - this.area.top) * this.scale + 2 * MARGIN,
    };
    const left = nearest(this.left, this.width, start.x, end.x);
    const top = nearest(this.top, this.height, start.y, end.y);
    if (left === this.left && top === this.top) return;
    const far = Math.abs(left - this.left) > this.width || Math.abs(top - this.top) > this.height;
    this.#glide(left, top, quick || far || calm() ? 0 : GLIDE);
  }

  /** Scroll there evenly. (A browser's own smooth scrolling, when interrupted by a jump, ends in the wrong place.) */
  #glide(left, top, duration) {
    const from = { left: this.left, top: this.top };
    const start = performance.now();
    const move = (now) => {
      const passed = now - start < duration ? (now - start) / duration : 1;
      this.scroller.scrollTo(from.left + passed * (left - from.left), from.top + passed * (top - from.top));
      if (passed < 1) this.frame = requestAnimationFrame(move);
      this.#look(); // the event that tells of scrolling comes a frame later
    };
    move(start);
  }

  /** A mouse drags the background along; a finger scrolls by itself. */
  #pan() {
    this.scroller.addEventListener("pointerdown", (down) => {
      if (down.pointerType !== "mouse" || down.button !== 0 || down.target.closest(".node")) return;
      const { left, top } = this;
      const move = (event) =>
        this.scroller.scrollTo(left + down.clientX - event.clientX, top + down.clientY - event.clientY);
      this.scroller.addEventListener("pointermove", move);
      addEventListener("pointerup", () => this.scroller.removeEventListener("pointermove", move), { once: true });
    });
  }

  /** Keep these things, and no others, in the page wherever they lie: what is not there cannot take the focus. */
  pin(things) {
    this.pinned = new Set(things);
    this.#look();
  }

  /** A frame in another page may get its size late: until the reader does something, the page opens anew. */
  #resized() {
    const { width, height } = this;
    this.#measure();
    if (this.untouched && (width !== this.width || height !== this.height)) this.fit(this.opening);
  }

  #measure() {
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    this.#look();
  }

  /** Keep in the page what is on the screen, and a little more on every side of it. */
  #look() {
    this.left = this.scroller.scrollLeft;
    this.top = this.scroller.scrollTop;
    if (this.small) return;
    const left = (this.left - NEAR * this.width) / this.scale + this.area.left;
    const top = (this.top - NEAR * this.height) / this.scale + this.area.top;
    const right = left + ((1 + 2 * NEAR) * this.width) / this.scale;
    const bottom = top + ((1 + 2 * NEAR) * this.height) / this.scale;
    const near = (box) => box.right >= left && box.left <= right && box.bottom >= top && box.top <= bottom;
    for (const { home, things } of this.layers) {
      let next = null; // the part that the one before it is put in front of
      for (const thing of things.toReversed()) {
        const { part } = thing;
        const inPage = part.parentNode === home;
        if (thing.boxes.some(near) || this.pinned.has(thing)) {
          if (!inPage) home.insertBefore(part, next);
          next = part;
        } else if (inPage) {
          part.remove();
        }
      }
    }
  }
}

/** The scroll position nearest to `now`, in a window of the given size, from which [start, end] can be seen. */
function nearest(now, size, start, end) {
  if (start < now || end - start > size) return Math.max(0, start);
  return end > now + size ? end - size : now;
}

/** The box around boxes. */
function around(boxes) {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** Where a node's card lies. */
export function cardBox(group) {
  const { e: left, f: top } = group.transform.baseVal[0].matrix;
  const card = group.querySelector(".card");
  return { left, top, right: left + card.width.baseVal.value, bottom: top + card.height.baseVal.value };
}
