/* A letter goes out without leaving the page: where the line is cut, a browser's error page would take the text away,
   though the letter may have arrived. Pressed again, the same letter stands there once. Without scripts it is a form. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-send]');
  if (!form || !window.fetch) return;
  var words = form.dataset, failed = 0, sending = '', turning = false;
  var said = document.createElement('p');
  said.setAttribute('role', 'alert');
  form.appendChild(said);

  function say(text, look) {
    said.className = look;
    said.textContent = '';
    setTimeout(function () { said.textContent = text; }, 50);
  }
  function offline() {
    sending = '';
    say(words.offline, 'note amber');
  }

  form.addEventListener('submit', function (event) {
    if (turning) return; // another language, with what is typed
    // After two failures, and where the server has something to say, the browser sends it as it always did.
    if (sending === 'now' || failed > 1) return;
    event.preventDefault();
    if (sending) return;
    if (navigator.onLine === false) return offline();
    sending = 'asking';
    say(words.sending, 'note');
    fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } }).then(function (answer) {
      if (answer.type === 'opaqueredirect') {
        form.reset();
        location.replace(words.send);
        return;
      }
      sending = 'now';
      form.querySelector('button').click();
    }, function () {
      failed += 1;
      offline();
    });
  });
  document.addEventListener('click', function (event) { turning = !!event.target.closest('[name=sprache]'); }, true);
  window.addEventListener('pageshow', function () { sending = ''; turning = false; });
})();
