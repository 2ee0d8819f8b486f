/* A school's tablet goes back to its start when nobody is there any more: soon where nothing is typed, later where
   something is or where six words are to be copied. It says so before, and any touch prolongs. Keeps nothing. */
(function () {
  'use strict';
  var body = document.body;
  if (!body.dataset.tablet) return;
  var say = document.querySelector('[data-tablet-say]');
  var count = document.querySelector('[data-tablet-count]');
  var start = body.dataset.tabletStart !== undefined;
  var touched = Date.now();
  var gone = false;

  function filled(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
    if (field.tagName === 'SELECT') return field.selectedIndex > 0;
    return field.value.trim() !== '';
  }

  function typed() {
    return Array.prototype.some.call(document.querySelectorAll('textarea, select, input:not([type=hidden])'), filled);
  }

  function touch() {
    if (gone) return;
    touched = Date.now();
    say.hidden = true;
  }

  function leave() {
    gone = true;
    document.documentElement.classList.add('away');
    document.title = ' ';
    document.querySelectorAll('form').forEach(function (form) { form.reset(); });
    location.replace(body.dataset.tablet);
  }

  function look() {
    if (gone) return;
    if (start && !typed()) { // the start has nowhere to go back to; a word put into it is no secret of anybody
      say.hidden = true;
      return;
    }
    var seconds = Number(typed() ? body.dataset.tabletLong : body.dataset.tabletSeconds);
    var left = Math.ceil(seconds - (Date.now() - touched) / 1000);
    if (left <= 0) {
      leave();
      return;
    }
    var soon = left <= Number(body.dataset.tabletWarn);
    if (soon && say.hidden) say.hidden = false;
    if (!soon && !say.hidden) say.hidden = true;
    if (soon) count.textContent = String(left);
  }

  ['pointerdown', 'touchstart', 'keydown', 'input', 'scroll', 'wheel'].forEach(function (name) {
    document.addEventListener(name, touch, { capture: true, passive: true });
  });
  document.addEventListener('visibilitychange', look); // a tablet that woke up looks at once
  setInterval(look, 1000);
})();
