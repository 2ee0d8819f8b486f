/* Keeps what somebody types on this page: the numbers for help open over it, leaving asks first, and a counter says in
   time that a text gets too long. Never stands in the way of "Schnell weg". Stores and sends nothing. */
(function () {
  'use strict';
  var words = document.querySelector('[data-keep]');
  if (!words) return;
  var root = document.documentElement, going = false;
  var all = function (selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); };
  words = words.dataset;

  function typed() {
    return all('main textarea, main input[type=text], main input:not([type])').some(function (field) {
      return !field.readOnly && field.tabIndex >= 0 && field.value.trim() !== '';
    });
  }

  // ---- leaving asks, where something is typed; the browser has its own words for it ----
  document.addEventListener('submit', function (event) {
    going = true;
    setTimeout(function () { if (event.defaultPrevented) going = false; });
  }, true);
  window.addEventListener('pageshow', function () { going = false; });
  window.addEventListener('beforeunload', function (event) {
    if (going || root.classList.contains('away') || !typed()) return;
    event.preventDefault();
    event.returnValue = '';
  });

  // ---- help opens over the page ----
  var dialog;
  function shown(main) {
    dialog = document.createElement('dialog');
    dialog.className = 'over';
    dialog.setAttribute('aria-label', words.keep);
    var close = document.createElement('button');
    close.type = 'button';
    close.className = 'btn';
    close.textContent = words.keepClose;
    close.addEventListener('click', function () { dialog.close(); });
    all('script, .way', main).forEach(function (part) { part.remove(); });
    all('a[href]:not([href^="tel:"])', main).forEach(function (link) { // whoever follows one keeps this page
      link.target = '_blank';
      link.rel = 'noreferrer noopener';
    });
    dialog.appendChild(close);
    while (main.firstChild) dialog.appendChild(document.importNode(main.firstChild, true)), main.firstChild.remove();
    document.body.appendChild(dialog);
    dialog.showModal();
  }
  all('header.bar a:not([data-exit])').concat(all('[data-help]')).forEach(function (link) {
    link.addEventListener('click', function (event) {
      if (!typed() || !window.fetch || !window.HTMLDialogElement) return;
      event.preventDefault();
      if (dialog) return dialog.showModal();
      fetch(link.href).then(function (answer) { return answer.text(); }).then(function (text) {
        shown(new DOMParser().parseFromString(text, 'text/html').querySelector('main'));
      }).catch(function () { // no net: the numbers that stand on this page
        var near = document.querySelector('[data-near-help]');
        if (near) shown(near.cloneNode(true)); else location.href = link.href;
      });
    });
  });

  // ---- how much room is left ----
  function count(field) {
    var most = Number(words.keepMost), length = field.value.length;
    var say = field.parentNode.querySelector('[data-room]');
    if (length < most * 0.9) {
      if (say) say.textContent = '';
      return;
    }
    length = Array.from(field.value).length; // as the server counts: a smiley is one
    if (!say) {
      say = document.createElement('span');
      say.className = 'hint';
      say.setAttribute('data-room', '');
      say.setAttribute('role', 'status');
      field.parentNode.appendChild(say);
    }
    say.textContent = (length > most ? words.keepOver : words.keepLeft).replace('{n}', Math.abs(most - length));
  }
  document.addEventListener('input', function (event) {
    if (event.target.tagName === 'TEXTAREA') count(event.target);
  });
})();
