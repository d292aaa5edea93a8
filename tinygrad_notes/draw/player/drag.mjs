/** Numbers that follow a pointer dragged sideways. */

const SLACK = 3; // pixels that a click may wander

/** What one pixel is worth: a thousandth of a number's magnitude, and never less than of 0.1. */
export function unitOf(number) {
  return 10 ** (Math.floor(Math.log10(Math.max(Math.abs(number), 0.1))) - 2);
}

/**
 * Let `handle` be dragged: right for more, left for less, ten times as fast with Shift.
 *
 * @param read the number when a drag begins; undefined if there is nothing to drag here. From nan or an infinity no
 *   distance leads anywhere, so neither is dragged.
 * @param set is called with every number on the way
 */
export function dragNumber(handle, read, set) {
  handle.addEventListener("pointerdown", (down) => {
    const start = read(down);
    if (!Number.isFinite(start) || down.button !== 0) return;
    const unit = unitOf(start);
    let dragging = false;
    const move = (event) => {
      const distance = event.clientX - down.clientX;
      if (!dragging && Math.abs(distance) < SLACK) return;
      if (!dragging) handle.setPointerCapture(down.pointerId); // later than this, a click would lose its target
      dragging = true;
      event.preventDefault();
      set(rounded(start + distance * unit * (event.shiftKey ? 10 : 1), unit), down);
    };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      if (dragging) swallowClick(handle);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  });
}

/** The click that follows the end of a drag was not meant as one. */
function swallowClick(handle) {
  const swallow = (event) => event.stopImmediatePropagation();
  handle.addEventListener("click", swallow, { capture: true });
  setTimeout(() => handle.removeEventListener("click", swallow, { capture: true }));
}

function rounded(number, unit) {
  return Number((Math.round(number / unit) * unit).toPrecision(12));
}
