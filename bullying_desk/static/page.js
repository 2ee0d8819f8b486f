/* What every page can do: leave at once, hide while nobody looks, read itself aloud. One file, because a slow net pays
   for each request. */

/* Leave at once: one press on the link, or Shift three times. Works as a plain link where scripts do not run.
   Never Esc: it stops loading and belongs to dialogs. The history keeps its entries; no page can change that. */
(function () {
  'use strict';
  var link = document.querySelector('[data-exit]');
  if (!link) return;
  var say = document.querySelector('[data-exit-say]');
  var root = document.documentElement;
  var presses = 0, timer = 0, shortcut = false, gone = false, focused = null;

  function leave(event) {
    if (event) event.preventDefault();
    gone = true;
    root.classList.add('away'); // nothing is to be seen while the next page loads
    if (window.speechSynthesis) speechSynthesis.cancel();
    if (say) {
      document.body.appendChild(say); // all that a screen reader still finds
      say.textContent = link.dataset.gone;
    }
    document.title = ' ';
    document.querySelectorAll('textarea, input:not([type=hidden]), select').forEach(empty);
    location.replace(link.href);
  }

  function empty(field) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else field.value = '';
  }

  function forget() {
    presses = 0;
    clearTimeout(timer);
    if (say) say.textContent = '';
  }

  link.addEventListener('click', leave);
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Shift') shortcut = true; // Shift with another key is writing, not leaving
  }, true);
  ['pointerdown', 'wheel'].forEach(function (name) { // Shift with the mouse marks text or scrolls
    document.addEventListener(name, function (event) {
      if (event.shiftKey) shortcut = true;
      forget();
    }, { capture: true, passive: true });
  });
  document.addEventListener('keyup', function (event) {
    if (event.key !== 'Shift') {
      if (!event.shiftKey) shortcut = false;
      forget();
      return;
    }
    if (shortcut) {
      shortcut = false;
      forget();
      return;
    }
    presses += 1;
    clearTimeout(timer);
    if (presses >= 3) {
      leave();
      return;
    }
    if (say) say.textContent = presses === 1 ? link.dataset.two : link.dataset.one;
    timer = setTimeout(forget, 5000);
  }, true);

  // The list of open apps shows a picture of each page: of this one, an empty sheet.
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) focused = document.activeElement;
    root.classList.toggle('unseen', document.hidden);
    if (!document.hidden && focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
  });

  window.addEventListener('pageshow', function (event) {
    // A page kept alive behind "Back" would show letters again. A form being written keeps its text, unless it was left.
    var again = event.persisted && (gone || !document.querySelector('[data-steps]'));
    root.classList.toggle('away', again);
    if (again) location.reload();
  });
})();

/* Read the page aloud. Only with a voice that is on the device: others send the text to their maker. Only what we wrote:
   never what somebody typed, and never the six words. Nothing starts by itself. */
(function () {
  'use strict';
  var place = document.querySelector('[data-listen]'), main = document.querySelector('main'), voices = window.speechSynthesis;
  if (!place || !main || !voices || !window.SpeechSynthesisUtterance) return;
  var words = place.dataset, language = document.documentElement.lang.slice(0, 2), voice = null, round = 0, box, button;
  var SILENT = 'script, template, textarea, select, button[data-listening], .way, .talk, .slip, .typed, [dir=auto], [lang], [translate=no], [aria-hidden=true], [data-unread]';
  var BLOCK = 'h1, h2, h3, p, li, dt, dd, td, th, caption, legend, label, summary, button, .hint';

  function texts() { // what can be seen now, block by block: some voices stop after 15 seconds of one text
    var found = [], last = null, node, walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while ((node = walk.nextNode())) {
      var text = node.nodeValue.replace(/\s+/g, ' '), around = node.parentElement, block = around.closest(BLOCK), silent = around.closest(SILENT);
      if (!text.trim() || !around.getClientRects().length || (silent && main.contains(silent))) continue;
      if (around.closest('details:not([open])') && !around.closest('summary')) continue;
      if (block && block === last) found[found.length - 1] += text;
      else found.push(text.trim());
      last = block;
    }
    return found;
  }

  function stop() {
    round += 1;
    voices.cancel();
    if (button) button.lastChild.textContent = words.listen;
  }

  function start() {
    var mine = round += 1, left = texts();
    voices.cancel();
    button.lastChild.textContent = words.listenStop;
    (function next() {
      if (mine !== round || document.documentElement.classList.contains('away')) return; // some voices say a stop as an error
      if (!left.length) return stop();
      var part = new SpeechSynthesisUtterance(left.shift());
      part.voice = voice;
      part.lang = voice.lang;
      part.rate = 0.9;
      part.onend = part.onerror = next;
      voices.speak(part);
    })();
  }

  function offer() {
    voice = voices.getVoices().filter(function (one) {
      return one.localService === true && one.lang.slice(0, 2).toLowerCase() === language;
    })[0] || null;
    if (box) box.hidden = !voice;
    if (!voice) return stop();
    if (box) return;
    box = main.querySelector('.way') || main.insertBefore(document.createElement('p'), main.firstChild);
    box = box.appendChild(document.createElement('span'));
    box.parentNode.className = 'way';
    button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn calm small';
    button.setAttribute('data-listening', '');
    button.appendChild(place.querySelector('svg').cloneNode(true));
    button.appendChild(document.createElement('span')).textContent = words.listen;
    button.addEventListener('click', function () {
      if (button.lastChild.textContent === words.listenStop) stop();
      else start();
    });
    box.appendChild(button);
    box.appendChild(document.createElement('span')).textContent = ' ' + words.listenNote;
  }

  // Another step, another page, another app: it is quiet.
  ['submit', 'reset', 'popstate', 'pagehide', 'quiet'].forEach(function (name) { window.addEventListener(name, stop); });
  document.addEventListener('visibilitychange', function () { if (document.hidden) stop(); });
  voices.onvoiceschanged = offer;
  offer();
})();
