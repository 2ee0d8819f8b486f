/* Keeps what is typed at the desk: a form with data-draft is saved every few seconds, before another form of the page
   is sent, and on leaving. The server seals it to its writer. Nothing is stored in the browser. */
(function () {
  'use strict';
  var WAIT = 2000, AGAIN = 10000, KEEPALIVE = 60000; // ms, ms, bytes: more than 64 kB the browser does not send on leaving
  var root = document.documentElement, released = null;
  var all = Array.prototype.map.call(document.querySelectorAll('form[data-draft]'), function (form) {
    return { form: form, words: form.dataset, revision: Number(form.dataset.draftRevision), timer: 0, changed: false };
  });
  if (!all.length || !window.fetch) return;
  document.querySelectorAll('[data-no-draft]').forEach(function (words) { words.remove(); });

  function say(one, text) {
    if (!one.said) {
      one.said = document.createElement('p');
      one.said.className = 'soft';
      one.form.appendChild(one.said);
    }
    one.said.textContent = text;
  }

  function body(one) {
    var typed = new URLSearchParams(new FormData(one.form));
    Array.prototype.forEach.call(one.form.elements, function (field) {
      if (field.type === 'hidden' && field.name !== 'csrf_token') typed.delete(field.name);
    });
    typed.set('fassung', one.revision);
    return typed;
  }

  function save(one, leaving) {
    clearTimeout(one.timer);
    if (one.flight) return one.flight.then(function () { return save(one, leaving); });
    if (!one.changed || one.stopped || one.sending || root.classList.contains('away')) return Promise.resolve();
    one.changed = false;
    one.flight = fetch(one.words.draft, {
      method: 'POST', body: body(one), keepalive: Boolean(leaving), redirect: 'manual', headers: { 'X-Requested-With': 'fetch' }
    }).then(function (answer) {
      return answer.ok ? answer.text().then(function (text) { done(one, Number(text)); }) : refused(one, answer.status);
    }).catch(function () {
      failed(one);
    }).then(function () {
      one.flight = null;
    });
    return one.flight;
  }

  function done(one, revision) {
    one.revision = revision;
    if (one.changed) return;
    one.words.draftKept = '1'; // unsent.js asks about it no more
    say(one, revision ? one.words.draftSaved : '');
  }

  function refused(one, status) {
    if (status !== 409 && status !== 0) return failed(one); // 0: a redirect to the sign-in page
    one.changed = one.stopped = true;
    say(one, status === 409 ? one.words.draftNewer : one.words.draftEnded);
  }

  function failed(one) {
    one.changed = one.failed = true;
    say(one, one.words.draftFailed);
    later(one, AGAIN);
  }

  function later(one, wait) {
    clearTimeout(one.timer);
    one.timer = setTimeout(function () { one.failed = false; save(one); }, wait);
  }

  function typed(one) {
    var waits = one.changed && !one.sending;
    one.changed = true;
    one.sending = false;
    delete one.words.draftKept;
    if (!waits) later(one, WAIT);
  }

  function early(form) { // typed before this file was here, or refused by the server (unsent.js)
    return Array.prototype.some.call(form.querySelectorAll('textarea, input[type=text]'), function (field) {
      return !field.readOnly && (field.value !== field.defaultValue || field.dataset.refused);
    });
  }

  all.forEach(function (one) {
    one.form.addEventListener('input', function () { typed(one); });
  });

  function begin() {
    all.forEach(function (one) { if (early(one.form)) typed(one); });
  }
  if (document.readyState === 'complete') begin();
  else window.addEventListener('load', begin); // unsent.js has run by then

  // What is sent is no draft any more, and no saving may come after it. Other forms of the page are saved first.
  document.addEventListener('submit', function (event) {
    var form = event.target, button = event.submitter;
    if (released === form) return;
    var first = all.filter(function (one) { return one.form === form ? one.flight : one.flight || one.changed; });
    all.forEach(function (one) {
      if (one.form !== form) return;
      clearTimeout(one.timer);
      one.sending = true;
    });
    if (!first.length || !form.requestSubmit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    Promise.all(first.map(function (one) { return one.form === form ? one.flight : save(one); })).then(function () {
      released = form;
      form.requestSubmit(button);
      released = null;
    });
  }, true);

  function leave() {
    all.forEach(function (one) {
      if (!one.changed || one.failed || one.stopped || one.sending || String(body(one)).length > KEEPALIVE) return;
      save(one, true);
      one.words.draftKept = '1';
    });
  }
  window.addEventListener('beforeunload', leave);
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') leave();
  });
})();
