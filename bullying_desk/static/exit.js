/* Leave at once: one press on the link, or Shift three times. Works as a plain link where scripts do not run.
   Never Esc: it stops loading and belongs to dialogs. The history keeps its entries; no page can change that. */
(function () {
  'use strict';
  var link = document.querySelector('[data-exit]');
  if (!link) return;
  var say = document.querySelector('[data-exit-say]');
  var root = document.documentElement;
  var presses = 0, timer = 0, shortcut = false, gone = false;

  function leave(event) {
    if (event) event.preventDefault();
    gone = true;
    root.classList.add('away'); // nothing is to be seen while the next page loads
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

  window.addEventListener('pageshow', function (event) {
    root.classList.remove('away');
    // A page kept alive behind "Back" would show letters again. A form being written keeps its text, unless it was left.
    if (event.persisted && (gone || !document.querySelector('[data-steps]'))) location.reload();
  });
})();
