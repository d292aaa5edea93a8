"use strict";
// Unpacks the pictures, and shows the one that the slider stands at.
const PAUSE = 150; // milliseconds between two pictures while it plays

async function unpacked() {
  const packed = document.getElementById("frames").textContent.trim();
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function start(frames) {
  const [play, place, told, picture] = ["play", "place", "told", "picture"].map((id) => document.getElementById(id));
  let timer = null;
  const show = () => {
    const frame = frames[Number(place.value)];
    picture.innerHTML = frame.svg;
    told.textContent = `${Number(place.value) + 1} of ${frames.length}`;
    place.setAttribute("aria-valuetext", frame.title);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const advance = () => {
    place.value = String(Number(place.value) + 1);
    show();
    if (Number(place.value) === frames.length - 1) stop();
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (Number(place.value) === frames.length - 1) place.value = "0";
    show();
    play.textContent = "Pause";
    timer = setInterval(advance, PAUSE);
    return undefined;
  });
  place.addEventListener("input", () => {
    stop();
    show();
  });
  show();
  document.getElementById("controls").hidden = frames.length < 2;
}

if ("DecompressionStream" in window) unpacked().then(start);
