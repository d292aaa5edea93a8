import { calm } from "./dom.mjs";

const SMALLEST_SCALE = 0.12;
const LARGEST_SCALE = 2;
const READABLE_SCALE = 0.7;
const TEXTLESS_SCALE = 0.3; // below this no letter can be read, so none is drawn
const MARGIN = 24; // around what is scrolled to, in pixels; twice that below, where the zoom buttons are
const BREATH = 150; // milliseconds

/**
 * What part of the graph is on the screen. Whatever lies outside is left out of the page's rendering, so that a
 * step costs the same in a graph of a thousand nodes as in one of ten.
 */
export class Camera {
  /** @param things `{part, box}` for all that can be seen, boxes as `{left, top, right, bottom}` of the SVG */
  constructor(svg, scroller, things) {
    Object.assign(this, { svg, scroller, things });
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.area = { left: x, top: y, width, height };
    this.scale = 1;
    this.revealed = 0; // when something was last scrolled to
    this.#measure();
    this.fit(READABLE_SCALE);
    svg.classList.add("ready"); // not before it is known what of it is to be rendered
    scroller.addEventListener("scroll", () => this.#look(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(scroller);
    this.#pan();
  }

  zoom(scale) {
    const middle = { x: (this.left + this.width / 2) / this.scale, y: (this.top + this.height / 2) / this.scale };
    this.scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
    this.svg.setAttribute("width", Math.round(this.area.width * this.scale));
    this.svg.setAttribute("height", Math.round(this.area.height * this.scale));
    this.svg.classList.toggle("far", this.scale < TEXTLESS_SCALE);
    this.scroller.scrollTo(middle.x * this.scale - this.width / 2, middle.y * this.scale - this.height / 2);
    this.#look();
  }

  /** The whole graph, unless that would make it smaller than `least`. */
  fit(least = 0) {
    const scale = Math.min(1.25, this.width / this.area.width, this.height / this.area.height);
    this.zoom(scale < least ? 0.85 : scale);
  }

  /** Scroll so that `box` can be seen, if it cannot; in a quick succession only every now and then. */
  reveal(box, quick) {
    clearTimeout(this.waiting);
    const wait = quick ? this.revealed + BREATH - performance.now() : 0;
    if (wait > 0) this.waiting = setTimeout(() => this.#scrollTo(box, quick), wait);
    else this.#scrollTo(box, quick);
  }

  #scrollTo(box, quick) {
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
    this.scroller.scrollTo({ left, top, behavior: quick || calm() ? "instant" : "smooth" });
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

  /** Render this thing, and no other, wherever it is: what is not rendered cannot take the focus. */
  pin(thing) {
    this.pinned = thing;
    this.#look();
  }

  #measure() {
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    this.#look();
  }

  /** Render what is on the screen, and half as much again on every side of it. */
  #look() {
    this.left = this.scroller.scrollLeft;
    this.top = this.scroller.scrollTop;
    const left = (this.left - 0.5 * this.width) / this.scale + this.area.left;
    const top = (this.top - 0.5 * this.height) / this.scale + this.area.top;
    const right = left + (2 * this.width) / this.scale;
    const bottom = top + (2 * this.height) / this.scale;
    for (const thing of this.things) {
      const { box } = thing;
      const outside = box.right < left || box.left > right || box.bottom < top || box.top > bottom;
      const hidden = outside && thing !== this.pinned;
      if (hidden === thing.hidden) continue;
      thing.hidden = hidden;
      if (hidden) thing.part.setAttribute("display", "none");
      else thing.part.removeAttribute("display");
    }
  }
}

/** The scroll position nearest to `now`, in a window of the given size, from which [start, end] can be seen. */
function nearest(now, size, start, end) {
  if (start < now || end - start > size) return Math.max(0, start);
  return end > now + size ? end - size : now;
}

/** Where a node's card lies. */
export function cardBox(group) {
  const { e: left, f: top } = group.transform.baseVal[0].matrix;
  const card = group.querySelector(".card");
  return { left, top, right: left + card.width.baseVal.value, bottom: top + card.height.baseVal.value };
}

/** Where an edge's curve lies, judged by its control points. */
export function curveBox(path) {
  const numbers = path
    .getAttribute("d")
    .match(/-?[\d.]+/g)
    .map(Number);
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}
