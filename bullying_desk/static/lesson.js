/* The board of a lesson: one phase at a time and a clock for it. Without this file all phases stand below each other
   with their minutes. No network, no sound, nothing kept. Keys: arrows or page keys turn, space starts and stops. */
(function () {
  "use strict";
  var root = document.querySelector("[data-lesson]");
  if (!root) return;
  var words = root.dataset;
  var phases = Array.prototype.slice.call(root.querySelectorAll(".phase"));
  var left = phases.map(function (phase) { return Number(phase.dataset.minutes) * 60; });
  var here = 0;
  var ticking = null;
  var last = 0;

  function make(tag, text, className) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  var watch = make("div", "", "watch");
  var clock = make("output", "");
  var place = make("span", "", "soft");
  var back = make("button", words.back, "btn calm small");
  var run = make("button", words.start, "btn small");
  var next = make("button", words.next, "btn calm small");
  var say = make("span", "", "vh");
  say.setAttribute("role", "status");
  clock.setAttribute("aria-live", "off");
  [back, run, next].forEach(function (button) { button.type = "button"; });
  var full = make("button", words.full, "btn calm small");
  full.type = "button";
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", function () {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  [clock, back, run, next, full, place, say].forEach(function (part) { watch.appendChild(part); });
  root.insertBefore(watch, root.firstChild);
  root.appendChild(make("p", words.keys, "soft watch"));

  function minutes(seconds) {
    var whole = Math.abs(Math.round(seconds));
    var rest = whole % 60;
    return Math.floor(whole / 60) + ":" + (rest < 10 ? "0" : "") + rest;
  }

  function draw() {
    var late = left[here] < 0;
    var timed = Number(phases[here].dataset.minutes) > 0;
    clock.textContent = timed ? (late ? words.over : words.left).replace("{time}", minutes(left[here])) : "";
    run.hidden = !timed;
    clock.className = late ? "late" : "";
    run.textContent = ticking ? words.pause : words.start;
    back.hidden = here === 0;
    next.hidden = here === phases.length - 1;
  }

  function turn(step) {
    var to = Math.min(phases.length - 1, Math.max(0, here + step));
    here = to;
    phases.forEach(function (phase, number) { phase.hidden = number !== to; });
    place.textContent = words.of.replace("{here}", to + 1).replace("{all}", phases.length);
    say.textContent = phases[to].querySelector("h2").textContent;
    last = Date.now();
    draw();
  }

  function tick() {
    // The clock of the wall counts, not the number of ticks: a sleeping tab must not gain time.
    var now = Date.now();
    if (Number(phases[here].dataset.minutes) > 0) left[here] -= (now - last) / 1000;
    last = now;
    draw();
  }

  function toggle() {
    if (ticking) {
      clearInterval(ticking);
      ticking = null;
    } else {
      last = Date.now();
      ticking = setInterval(tick, 500);
    }
    draw();
  }

  back.addEventListener("click", function () { turn(-1); });
  next.addEventListener("click", function () { turn(1); });
  run.addEventListener("click", toggle);
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      turn(step);
    } else if (event.key === " " && !event.target.closest("a, button, input")) {
      event.preventDefault();
      toggle();
    }
  });
  turn(0);
})();
