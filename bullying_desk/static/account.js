/* Pages of one's account: copies the signs for an app, shows a password on wish. Stores and sends nothing. */
(function () {
  'use strict';
  document.querySelectorAll('[data-copy]').forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      var signs = document.getElementById(button.dataset.copy).textContent.replace(/\s/g, '');
      navigator.clipboard.writeText(signs).then(function () { button.textContent = button.dataset.done; });
    });
  });
  document.querySelectorAll('[data-reveal]').forEach(function (button) {
    var field = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener('click', function () {
      var shown = field.type === 'text';
      field.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
    });
    if (field.form) field.form.addEventListener('submit', function () { field.type = 'password'; });
  });
})();
