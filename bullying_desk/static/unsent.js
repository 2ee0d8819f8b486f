/* At the desk: leaving a page, or sending another form of it, asks first where a text is typed and neither sent nor
   saved as a draft (draft.js). "Schnell weg" never waits for an answer. Nothing is stored or sent here. */
(function () {
  'use strict';
  var me = document.currentScript.dataset, words = me.unsent, going = false, here = location.href.split(/[?#]/)[0];

  // A refused form comes back with its text as if the server had it. It has nothing: `data-refused` says so to all scripts.
  if ('refused' in me) Array.prototype.forEach.call(document.querySelectorAll('main form textarea, main form input[type=text]'), function (field) {
    if (field.value && field.form.action.split(/[?#]/)[0] === here) field.dataset.refused = '1';
  });

  function typed(besides) {
    return Array.prototype.filter.call(document.querySelectorAll('main form textarea'), function (field) {
      return !field.readOnly && field.form !== besides && (field.value !== field.defaultValue || field.dataset.refused);
    });
  }
  function unsent(besides) {
    return typed(besides).some(function (field) { return !field.form.dataset.draftKept; });
  }

  document.addEventListener('submit', function (event) {
    if (unsent(event.target) && !window.confirm(words)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    going = true;
    setTimeout(function () { if (event.defaultPrevented) going = false; });
  }, true);
  window.addEventListener('pageshow', function () { going = false; });
  window.addEventListener('beforeunload', function (event) {
    if (going || document.documentElement.classList.contains('away') || !unsent()) return;
    event.preventDefault();
    event.returnValue = '';
  });
  // Shift three times leaves at once. Where a colleague is writing, only the button does.
  ['keydown', 'keyup'].forEach(function (name) {
    window.addEventListener(name, function (event) {
      if (event.key === 'Shift' && typed().length) event.stopImmediatePropagation();
    }, true);
  });
})();
