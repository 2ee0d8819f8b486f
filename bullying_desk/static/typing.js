/* Two things for pages on which somebody types; one file, because a slow net pays for each request. */

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

  // ---- help opens over the page; the browser's own way back closes it, and moves nothing below ----
  var dialog, ours = false;
  function open() {
    history.pushState(history.state, '');
    ours = true;
    dialog.showModal();
  }
  window.addEventListener('popstate', function (event) {
    if (!ours) return;
    ours = false;
    event.stopImmediatePropagation();
    if (dialog.open) dialog.close();
  }, true); // before steps.js
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
    dialog.addEventListener('close', function () { if (ours) history.back(); });
    document.body.appendChild(dialog);
    open();
  }
  all('header.bar a:not([data-exit])').concat(all('[data-help]')).forEach(function (link) {
    link.addEventListener('click', function (event) {
      if (!typed() || !window.fetch || !window.HTMLDialogElement) return;
      event.preventDefault();
      if (dialog) return open();
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
  all('main textarea').forEach(count); // typed before this file came, or given back as too long
})();

/* Somebody may not want to live any more: a calm box with who answers at this hour. The words of German and
   of the page's language come before anybody types, those of the others when somebody begins, whatever it is. They are
   looked for here, in the page; nothing is sent, kept or ticked by it, the cursor stays where it is, one press closes it. */
(function () {
  'use strict';
  var box = document.querySelector('[data-crisis]');
  if (!box) return;
  var form = document.querySelector('form[data-steps], form[data-keep]');
  var lists = [[], []], closed = false, timer = 0;
  function learn() { // what sounds like it, and what means it, from each file that has come
    (window.crisisWords || []).splice(0).forEach(function (file) {
      file.forEach(function (list, part) {
        list.forEach(function (words) { lists[part].push(new RegExp(words, 'g')); });
      });
    });
  }
  learn();

  // ---- who answers now: the hours are those of the city, which is where this page is read ----
  document.querySelectorAll('[data-week]').forEach(function (line) {
    var now = new Date(), day = (now.getDay() + 6) % 7, hour = now.getHours();
    line.hidden = !line.dataset.week.split(',').some(function (part) {
      var known = part.split(' ').map(Number);
      return known[0] === day && known[1] <= hour && hour < known[2];
    });
  });
  if (!form) return;

  function plain(text) { // as crisis_words.plain
    text = text.toLowerCase().normalize('NFC').replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss').replace(/ı/g, 'i').replace(/ł/g, 'l');
    return ' ' + text.normalize('NFD').replace(/[\u0300-\u036f\u064b-\u065f\u0670]/g, '').replace(/[^a-z0-9\u0400-\u04ff\u0620-\u064a\u066e-\u06d3]+/g, ' ').trim() + ' ';
  }
  function meant(text) {
    var left = lists[0].reduce(function (rest, idiom) { return rest.replace(idiom, ' '); }, plain(text));
    return lists[1].some(function (words) { words.lastIndex = 0; return words.test(left); });
  }
  function cause() { // what says it: a tick, or a text; of those in sight rather than of another step
    var ticked = Array.prototype.slice.call(form.querySelectorAll('[name=wohl][value=sehr]:checked, [value=leben]:checked'));
    var texts = Array.prototype.filter.call(form.querySelectorAll('textarea'), function (field) { return meant(field.value); });
    var all = ticked.concat(texts);
    return all.filter(function (field) { return field.closest('.field, fieldset').offsetParent; })[0] || all[0];
  }
  function bring(field) { // into the upper part of what the keyboard leaves free; what was written stays in sight below the bar
    var room = (window.visualViewport || { height: window.innerHeight }).height;
    var way = Math.min(box.getBoundingClientRect().top - room / 3, field.getBoundingClientRect().top - 80);
    if (way > 0) window.scrollBy(0, way);
  }
  function look(early) {
    var field = !closed && cause();
    if (!field) return;
    var place = field.closest('.field, fieldset'), come = !box.offsetParent;
    var away = !place.offsetParent || field.closest('details:not([open])');
    var step = early === true && away && form.querySelector('[data-step]:not([hidden])');
    if (come && step) step.appendChild(box);
    else if (come) place.after(box); // beneath what was just written, not at the page's end
    box.hidden = false;
    if (come) bring(step || field);
    var ask = box.querySelector('[data-crisis-ask]'), danger = form.querySelector('[name=gefahr][value=ja]');
    if (ask) ask.hidden = !danger || !!form.querySelector('[name=gefahr][value=ja]:checked, [name=gefahr][value=leben]:checked');
  }
  function others() { // once; the address is the same whatever is written
    form.removeEventListener('focusin', others);
    var file = document.createElement('script');
    file.src = box.dataset.crisis;
    file.addEventListener('load', function () { learn(); look(true); });
    document.head.appendChild(file);
  }
  form.addEventListener('focusin', others);
  form.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(look, 400);
  });
  form.addEventListener('change', function (event) {
    if (event.target.value === 'leben') closed = false; // said anew, in so many words
    look();
  });
  // What was typed or ticked before this file came; where the page gave it back, it was looked at before.
  if (Array.prototype.some.call(form.querySelectorAll('textarea, input:checked'), function (field) {
    return field.tagName === 'TEXTAREA' ? field.value !== field.defaultValue : !field.defaultChecked;
  })) others(), look(true); // in sight, wherever the steps begin
  box.addEventListener('click', function (event) {
    var button = event.target.closest('button');
    if (!button) return;
    if (button.hasAttribute('data-crisis-flag')) {
      var danger = form.querySelector('[name=gefahr][value=ja]');
      danger.checked = true;
      danger.dispatchEvent(new Event('change', { bubbles: true }));
      box.querySelector('[data-crisis-ask]').hidden = true;
      return;
    }
    closed = true;
    box.hidden = true;
  });
})();
