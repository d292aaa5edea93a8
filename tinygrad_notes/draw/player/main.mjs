import { floats } from "./floats.mjs";
import { readTable } from "./table.mjs";
import { byId, setText } from "./dom.mjs";
import { Details } from "./details.mjs";
import { dragNumber } from "./drag.mjs";
import { Learner } from "./learner.mjs";
import { Playback } from "./playback.mjs";
import { Stage } from "./stage.mjs";
import { StepWriter } from "./steps.mjs";
import { Story } from "./story.mjs";

/** One story, shown in three places: on the stage, in the step's panel and in the details of the chosen node. */
class Player {
  constructor(document) {
    const { digits } = document;
    this.story = new Story(document, readTable(floats));
    this.writer = new StepWriter(this.story, digits);
    this.learner = new Learner(this.story, digits);
    this.stage = new Stage(this.story, document, { choose: (i, keyboard) => this.choose(i, keyboard) });
    this.details = new Details(byId("details"), this.story, this.writer, {
      change: (i, number) => this.change(i, number),
    });
    this.playback = new Playback(this.story.last, this.story.seedStep, (step, quick) => this.show(quick));
    this.learning = false;
    this.#listen();
    this.stage.repaint();
    this.playback.begin();
  }

  /** Whether the result of the current step is for the reader to find. */
  get hidden() {
    return this.learning && this.learner.asks(this.playback.step);
  }

  show(quick = false) {
    const { step } = this.playback;
    const shown = this.hidden ? step - 1 : step;
    this.stage.show({ step, shown, chosen: this.chosen, quick });
    this.#showStep(step);
    this.details.show(this.chosen, shown);
  }

  #showStep(step) {
    const question = this.hidden ? this.learner.question(step, () => this.#found()) : undefined;
    byId("step").replaceChildren(...this.writer.elements(step, question));
    const sentence = this.writer.sentence(step, this.hidden);
    this.playback.describe(sentence);
    setText(byId("announcement"), sentence);
    setText(byId("score"), this.learning ? this.learner.score() : "");
  }

  #found() {
    this.show();
    byId("forward").focus();
  }

  choose(i, keyboard = false) {
    this.chosen = i;
    this.show(true);
    if (keyboard) this.details.focus();
  }

  /** Give a leaf another number. However many changes come within a frame, the page is painted once. */
  change(i, number) {
    this.story.engine.setLeaf(i, number);
    this.painting ??= requestAnimationFrame(() => {
      this.painting = undefined;
      this.stage.repaint();
      this.show(true);
    });
  }

  #listen() {
    const { story } = this;
    const { camera } = this.stage;
    const leafAt = (event) => {
      const group = event.target.closest(".leaf");
      return group ? Number(group.id.slice("node-".length)) : undefined;
    };
    dragNumber(
      this.stage.svg,
      (down) => story.engine.values[leafAt(down)],
      (number, down) => {
        this.chosen = leafAt(down);
        this.change(this.chosen, number);
      },
    );
    byId("learning").addEventListener("change", (event) => {
      this.learning = event.target.checked;
      this.learner.forget();
      this.show();
    });
    byId("still").hidden = true;
    document.querySelector(".zoom").hidden = false;
    byId("zoom-in").addEventListener("click", () => camera.zoom(camera.scale * 1.25));
    byId("zoom-out").addEventListener("click", () => camera.zoom(camera.scale / 1.25));
    byId("zoom-whole").addEventListener("click", () => camera.whole());
    byId("zoom-fit").addEventListener("click", () => this.stage.fit(this.playback.step));
  }
}

new Player(JSON.parse(byId("document").textContent));
