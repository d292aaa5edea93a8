import { byId } from "./dom.mjs";

const STEPS_PER_SECOND = 1.25; // at speed 1
const QUICK = 150; // milliseconds: steps that follow each other faster than this go without frills

/** The buttons, the slider, the keys and the clock that move from step to step. */
export class Playback {
  /** @param go is called with the step to go to, and whether it is one of a quick succession */
  constructor(last, seedStep, go) {
    Object.assign(this, { last, go, step: 0, timer: undefined });
    this.slider = byId("scrub");
    this.slider.max = last;
    byId("forward-phase").style.flexGrow = seedStep;
    byId("backward-phase").style.flexGrow = last - seedStep;
    byId("controls").hidden = false;
    const buttons = {
      "to-start": () => this.to(0),
      back: () => this.to(this.step - 1),
      play: () => this.toggle(),
      forward: () => this.to(this.step + 1),
      "to-end": () => this.to(this.last),
    };
    for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener("click", act);
    this.slider.addEventListener("input", () => this.to(Number(this.slider.value), true));
    byId("speed").addEventListener("change", () => this.playing && this.play());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  begin() {
    this.#move(0, true);
  }

  get playing() {
    return this.timer !== undefined;
  }

  to(step, quick = false) {
    this.pause();
    const now = performance.now();
    this.#move(step, quick || now - this.movedAt < QUICK); // as when a key is held down
    this.movedAt = now;
  }

  toggle() {
    if (this.playing) return this.pause();
    if (this.step === this.last) this.#move(0, true);
    this.play();
  }

  play() {
    clearInterval(this.timer);
    const perSecond = STEPS_PER_SECOND * Number(byId("speed").value);
    this.timer = setInterval(() => this.#tick(perSecond), 1000 / perSecond);
    this.#showPlaying();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.#showPlaying();
  }

  /** Say in words where the slider stands. */
  describe(text) {
    this.slider.setAttribute("aria-valuetext", text);
  }

  #tick(perSecond) {
    this.#move(this.step + 1, perSecond > 4);
    if (this.step === this.last) this.pause();
  }

  #move(step, quick) {
    this.step = Math.max(0, Math.min(this.last, step));
    this.slider.value = this.step;
    byId("back").disabled = byId("to-start").disabled = this.step === 0;
    byId("forward").disabled = byId("to-end").disabled = this.step === this.last;
    this.go(this.step, quick);
  }

  #showPlaying() {
    const button = byId("play");
    button.classList.toggle("playing", this.playing);
    button.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    byId("announcement").setAttribute("aria-live", this.playing ? "off" : "polite");
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=range]):not([type=checkbox]), select")) return;
    const acts = {
      ArrowRight: () => this.to(this.step + 1),
      ArrowLeft: () => this.to(this.step - 1),
      Home: () => this.to(0),
      End: () => this.to(this.last),
      " ": () => this.toggle(),
    };
    if (event.key === " " && event.target.closest("button, input")) return; // Space presses what has the focus
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  }
}
