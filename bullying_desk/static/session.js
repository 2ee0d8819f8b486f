/* A page of the desk does not stay readable after its session: a minute before the end it asks, at the end it leaves, and
   where somebody has typed something that is not saved, it covers itself and keeps the text. It leaves at once when
   another tab signs out. The server says how long the session lives. Nothing is stored in the browser. */
(function () {
  'use strict';
  var me = document.currentScript.dataset, SOON = 60000, LOOK = 5000, STEP = 30000; // ms
  var end = Date.now() + Number(me.session) * 1000, asked = 0, asking = false, soon = null, kept = null;
  var tabs = window.BroadcastChannel ? new BroadcastChannel('team') : null;
  if (!window.fetch) return;

  function part(name) {
    return document.importNode(document.querySelector('[data-session-' + name + ']').content, true).firstElementChild;
  }

  function unsaved() {
    return Array.prototype.some.call(document.querySelectorAll('main form textarea, main form input[type=text]'), function (field) {
      return !field.readOnly && (field.value !== field.defaultValue || field.dataset.refused) && !field.form.dataset.draftKept;
    });
  }

  function over() {
    if (kept || document.documentElement.classList.contains('away')) return;
    if (soon) soon.remove();
    soon = null;
    if (!unsaved()) {
      document.documentElement.classList.add('away'); // nothing is to be seen while the next page loads
      location.replace('/team/anmelden');
      return;
    }
    var cover = document.createElement('main');
    cover.className = 'sheet';
    cover.appendChild(part('over'));
    kept = document.querySelector('main');
    kept.replaceWith(cover);
  }

  function back(answer) {
    var said = answer.split(' '), left = Number(said[0]) * 1000;
    if (said[1] !== me.sessionMark) return over(); // somebody else is signed in here
    end = Date.now() + Math.max(left, 1000);
    if (kept) document.querySelector('main').replaceWith(kept);
    kept = null;
    document.querySelectorAll('input[name=csrf_token]').forEach(function (field) { field.value = said[2]; });
    if (left > SOON && soon) soon = soon.remove();
    if (left <= SOON && !soon) warn();
  }

  function warn() {
    soon = part('soon');
    soon.querySelector('button').addEventListener('click', function () {
      fetch('/team/start', { redirect: 'manual' }).then(ask, ask);
    });
    document.querySelector('main').prepend(soon);
  }

  function ask() {
    if (asking) return;
    asking = true;
    asked = Date.now();
    fetch('/team/sitzung', { redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } }).then(function (answer) {
      return answer.ok ? answer.text().then(back) : over();
    }).catch(function () {
      if (Date.now() >= end) over(); // no line: nobody can say that the session lives
    }).then(function () {
      asking = false;
    });
  }

  function look() {
    if (kept) return;
    var left = end - Date.now();
    if (left <= 0 || (left <= SOON && !soon)) ask();
  }

  function seen() {
    if (document.visibilityState === 'visible' && (kept || Date.now() - asked > STEP)) ask();
  }

  setInterval(look, LOOK);
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('focus', seen);
  if (!tabs) return;
  tabs.addEventListener('message', over);
  document.addEventListener('submit', function (event) {
    if (event.target.getAttribute('action') === '/team/abmelden' && !event.defaultPrevented) tabs.postMessage('out');
  });
})();
