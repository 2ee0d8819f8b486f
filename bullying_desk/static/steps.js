/* One question at a time. The writing form is one page and one POST without scripts; this file shows its sections one
   by one, keeps the browser's Back at one step, and ends in a page that lists what was said. Nothing is sent or stored
   before "Senden". Conditions (`data-when`) work in every form of a page that loads this file. */
(function () {
  'use strict';
  var all = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var FIELDS = 'input:not([type=hidden]), select, textarea';
  var ticked = function (field) { return field.type === 'checkbox' || field.type === 'radio'; };

  // ---- parts that do not apply are put away and disabled, so that they are not sent ----
  var away = new Set();

  function said(form, name) {
    return all(FIELDS, form).filter(function (field) {
      return field.name === name && !field.disabled && (ticked(field) ? field.checked : field.value.trim());
    }).map(function (field) { return field.value; });
  }

  function holds(form, rule) { // the same rules as questions.holds
    return rule.split('||').some(function (group) {
      return group.split(';').every(function (one) {
        var part = /^\s*([^=!<>]+?)\s*(!?=|<|>)\s*(.*?)\s*$/.exec(one);
        if (!part) return true;
        var given = said(form, part[1]), wanted = part[3].split('|');
        if (part[2] === '<') return given.length < Number(part[3]);
        if (part[2] === '>') return given.length > Number(part[3]);
        var found = part[3] === '*' ? given.length > 0 : given.some(function (value) { return wanted.indexOf(value) >= 0; });
        return part[2] === '=' ? found : !found;
      });
    });
  }

  function labelOf(field) {
    var label = field.nextElementSibling;
    return (label.querySelector('b') || label.querySelector('.t') || label).textContent.trim();
  }

  function call(form) { // puts the names that are ticked, or left, into the sentences about readers
    all('[data-names]', form).forEach(function (place) {
      var name = place.dataset.names.replace('-', ''), rest = name !== place.dataset.names;
      var names = all(FIELDS, form).filter(function (field) {
        return field.name === name && ticked(field) && (rest || !field.disabled) && field.checked !== rest;
      }).map(labelOf);
      var last = names.pop();
      place.textContent = (names.length ? names.join(', ') + form.dataset.and : '') + (last || '');
    });
  }

  function sort(form) {
    // Twice: a part may hang on an answer inside a part that has just been put away.
    for (var round = 0; round < 2; round++) {
      all('[data-when]', form).forEach(function (part) {
        var off = !holds(form, part.dataset.when);
        away[off ? 'add' : 'delete'](part);
        if (!part.hasAttribute('data-step')) part.hidden = off;
      });
      all(FIELDS, form).forEach(function (field) {
        var part = field.closest('[data-when]');
        while (part && !away.has(part)) part = part.parentElement.closest('[data-when]');
        field.disabled = !!part;
      });
    }
    call(form);
  }

  all('form').forEach(function (form) {
    if (!form.querySelector('[data-when]')) return;
    form.addEventListener('change', function () { sort(form); });
    sort(form);
  });

  // ---- steps ----
  var form = document.querySelector('form[data-steps]');
  if (!form) return;
  var words = form.dataset, main = document.querySelector('main'), lack = document.querySelector('[data-lack]');
  var service = document.title.slice(document.title.lastIndexOf(' – '));
  var first = Number(words.first || 0); // what was asked on the way here is not asked again
  var here = 0, returning = false, sending = '', failed = 0, turning = false;
  var early = false; // somebody typed at a later step before this file came: the way begins after it
  var alone = null, leaving = false; // the fold that is shown by itself; on the way back from it
  var faulty = all('.bad', form).map(function (bad) { return bad.closest('[data-step]'); }); // still to be looked at

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }
  function plain(node) {
    if (!node) return '';
    var copy = node.cloneNode(true);
    all('.hang, .vh, .soft', copy).forEach(function (part) { part.remove(); });
    return copy.textContent.trim();
  }
  function path() {
    return all('[data-step]', form).filter(function (step) { return !away.has(step); });
  }

  all('[data-step]', form).forEach(function (step) {
    var title = step.querySelector('h2');
    if (!title) return;
    var head = make('h1');
    head.tabIndex = -1;
    while (title.firstChild) head.appendChild(title.firstChild);
    title.replaceWith(head);
  });
  all('[data-plain], [data-step] .hang').concat(all('h1', main).filter(function (h) { return !form.contains(h); }))
    .forEach(function (node) { node.hidden = true; });
  all('.foot ul').forEach(function (foot) { foot.hidden = true; }); // its links lead away from what is typed
  form.classList.add('stepping');
  var progress = make('p', 'steps');
  form.parentNode.insertBefore(progress, form);
  var next = make('p', 'acts'), button = make('button', 'btn', words.next);
  button.type = 'submit';
  next.appendChild(button);
  form.appendChild(next);

  function show(index, quiet) {
    if (alone) join();
    sort(form);
    folds.forEach(mark);
    var steps = path(), now;
    here = Math.max(0, Math.min(index, steps.length - 1));
    now = steps[here];
    all('[data-step]', form).forEach(function (step) { step.hidden = step !== now; });
    next.hidden = here === steps.length - 1;
    var from = here < first ? 0 : first;
    progress.textContent = words.progress.replace('{n}', here + 1 - from).replace('{m}', steps.length - from);
    var bar = make('span');
    bar.setAttribute('aria-hidden', 'true');
    steps.slice(from).forEach(function (_, i) { bar.appendChild(make('i', i + from <= here ? 'on' : '')); });
    document.title = progress.textContent + service;
    progress.appendChild(bar);
    if (now.hasAttribute('data-check')) list(now, steps);
    if (quiet) return;
    var head = now.querySelector('h1');
    window.scrollTo(0, 0);
    if (head) head.focus({ preventScroll: true });
  }

  function remember(index) {
    if (lack) lack.hidden = true;
    history.pushState({ step: index, depth: (history.state && history.state.depth || 0) + 1 }, '');
  }

  function go(index, fold) {
    remember(index);
    show(index);
    if (fold) single(fold);
  }

  // ---- what nobody has to answer: opened, it has the page for itself, so that one question is seen at a time ----
  var folds = all('[data-step] details', form);
  folds.forEach(function (fold) {
    if (!fold.querySelector('.bad, [data-need]')) fold.open = false; // its answer stands beside it
  });

  function mark(fold) {
    var summary = fold.querySelector('summary'), place = summary.querySelector('.typed'), free = summary.querySelector('.soft');
    var answer = all(FIELDS, fold).filter(function (field) {
      return !field.disabled && (ticked(field) ? field.checked : field.value.trim());
    }).map(function (field) { return ticked(field) ? labelOf(field) : field.value.trim(); }).join(', ');
    if (!place) {
      place = summary.appendChild(make('b', 'typed'));
      place.dir = 'auto';
    }
    place.textContent = answer ? '✓ ' + (begin(answer, 16) || answer) : '';
    if (free) free.hidden = !!answer;
  }

  function single(fold) {
    var step = fold.closest('[data-step]'), head = make('h1', 'only'), part = fold;
    do {
      part = part.parentNode;
      part.classList.add('lone');
    } while (part !== step);
    head.tabIndex = -1;
    Array.prototype.slice.call(fold.querySelector('summary').childNodes).forEach(function (node) {
      if (!node.dir) head.appendChild(node.cloneNode(true)); // without the answer
    });
    fold.parentNode.insertBefore(head, fold);
    fold.classList.add('only');
    fold.open = true;
    next.hidden = step.hasAttribute('data-check');
    alone = fold;
    window.scrollTo(0, 0);
    head.focus({ preventScroll: true });
  }

  function join() {
    alone.previousSibling.remove();
    alone.classList.remove('only');
    alone.open = leaving = false;
    all('.lone', form).forEach(function (part) { part.classList.remove('lone'); });
    alone = null;
  }

  function leave() { // a fold is one entry of the history: what comes before it is where it was opened
    if (leaving) return;
    leaving = true;
    history.back();
  }

  form.addEventListener('click', function (event) {
    var summary = event.target.closest('summary'), fold = summary && summary.parentNode;
    if (!fold || fold.open || fold.parentNode.closest('details, dl')) return;
    event.preventDefault();
    remember(here);
    single(fold);
  });

  function missing(step) {
    return all('[data-need]', step).concat(step.hasAttribute('data-need') ? [step] : []).filter(function (group) {
      if (group.dataset.needWhen && !holds(form, group.dataset.needWhen)) return false;
      var fields = all(FIELDS, group).filter(function (field) { return !field.disabled; });
      return fields.length && !fields.some(function (f) { return ticked(f) ? f.checked : f.value.trim(); });
    })[0];
  }

  function tooLong(step) {
    return all('textarea', step).filter(function (field) {
      var over = Array.from(field.value).length - Number(words.keepMost || Infinity);
      if (over > 0) field.dataset.over = words.keepOver.replace('{n}', over);
      return over > 0 && !field.disabled;
    })[0];
  }

  function complain(group, text) {
    var note = group.querySelector('[data-missing]');
    if (!note) {
      note = make('span', 'wrong', text);
      note.setAttribute('data-missing', '');
      note.setAttribute('role', 'alert');
      var first = group.querySelector('.opt, .in');
      first.parentNode.insertBefore(note, first);
      group.addEventListener('input', function () { note.remove(); }, { once: true });
    }
    var folded = group.closest('details');
    if (folded) folded.open = true;
    group.querySelector(FIELDS).focus();
  }

  function forward() {
    var steps = path(), group = !alone && missing(steps[here]), goal = here + 1, long = tooLong(alone || steps[here]);
    if (group) return complain(group, group.dataset.need);
    if (long) return complain(long.closest('.field'), long.dataset.over);
    if (alone) return leave();
    faulty = faulty.filter(function (step) { return step !== steps[here]; });
    if (early && !(early = false)) return go(first);
    if (returning) while (goal < steps.length - 1 && !missing(steps[goal]) && faulty.indexOf(steps[goal]) < 0) goal += 1;
    returning = returning && goal < steps.length - 1;
    go(goal);
  }

  // ---- the last step: what was said ----
  function begin(text, most) { // of an answer: what stands there at once, to the end of a word
    var cut = Array.from(text).slice(0, most).join('');
    return cut.length < text.length ? cut.replace(/\s+\S*$/, '') + ' …' : '';
  }

  function answers(steps) {
    var found = [];
    steps.forEach(function (step, index) {
      all(FIELDS, step).forEach(function (field) {
        if (field.disabled || field.tabIndex < 0 || field.closest('[data-no-check]')) return;
        var group = ticked(field) ? field.closest('fieldset') || field.closest('.opt') : field.closest('.field') || field;
        var entry = found.filter(function (one) { return one.group === group; })[0];
        if (!entry) {
          entry = { group: group, name: field.name, index: index, values: [], fold: field.closest('details'),
            title: group.dataset.summary || plain(group.querySelector('legend')) || plain(group.querySelector('label')) };
          found.push(entry);
        }
        if (!ticked(field)) entry.values.push(field.selectedOptions ? field.selectedOptions[0].text : field.value.trim());
        else if (field.checked) entry.values.push(labelOf(field));
      });
    });
    return found;
  }

  function fold(short, whole) { // opened by one press: a long answer, and those that are not `main`
    var part = make('details', 'quiet');
    part.appendChild(make('summary', '', short));
    part.appendChild(whole);
    return part;
  }

  function changing(entry) {
    var change = make('a', 'tap', words.change);
    change.href = '#';
    change.appendChild(make('span', 'vh', entry.title));
    change.addEventListener('click', function (event) {
      event.preventDefault();
      returning = true;
      go(entry.index, entry.fold);
    });
    return change;
  }

  function list(step, steps) {
    var place = step.querySelector('[data-check-list]');
    if (!place) return;
    var box = make('dl', 'said'), more = make('dl', 'said'), both = make('div'), main = words.main ? words.main.split(' ') : null;
    var readers = step.querySelector('[data-check-readers]');
    if (readers) readers.textContent = '';
    answers(steps.slice(0, -1)).forEach(function (entry) {
      var text = entry.values.filter(Boolean).join(' · ');
      if (!text) return; // what was left empty is no heading here
      var row = make('div'), answer = make('dd'), value = make('span', 'typed', text), cut = begin(text, 60);
      value.dir = 'auto';
      answer.appendChild(cut ? fold(cut, value) : value);
      answer.appendChild(changing(entry));
      row.appendChild(make('dt', '', entry.title));
      row.appendChild(answer);
      (!main || main.indexOf(entry.name) >= 0 ? box : more).appendChild(row);
      if (readers && entry.name === 'lesen') readers.appendChild(changing(entry));
    });
    both.appendChild(box);
    if (more.firstChild) both.appendChild(fold(words.more, more));
    place.textContent = '';
    place.appendChild(both);
  }

  // ---- sending: without a net the text stays where it is ----
  var alarm = make('p');
  alarm.setAttribute('role', 'alert');
  form.appendChild(alarm);
  function offline() {
    sending = '';
    alarm.className = 'note amber';
    alarm.textContent = '';
    setTimeout(function () { alarm.textContent = words.offline; }, 50);
  }

  function arrived() {
    all(FIELDS, form).forEach(function (field) { // Back must find nothing typed
      if (ticked(field)) field.checked = false;
      else field.value = '';
    });
    location.replace(words.sent);
  }

  form.addEventListener('submit', function (event) {
    var last = here === path().length - 1;
    if (turning) return; // another language, with what is typed
    // Sends without leaving the page: where the line is cut a browser's error page would take the text away, though
    // the letter may have arrived. Pressed again, the same letter leads to the same words. After two failures, and
    // where the server has something to say, the browser sends it as it always did.
    if (last && !alone && (sending === 'now' || !window.fetch || failed > 1)) return;
    event.preventDefault();
    if (!last || alone) return forward();
    if (sending) return;
    if (navigator.onLine === false) return offline();
    sending = 'asking';
    alarm.className = 'note';
    alarm.textContent = words.sending;
    fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' }).then(function (answer) {
      if (answer.type === 'opaqueredirect') return arrived();
      sending = 'now';
      all('button:not([type=button]):not([type=reset])', path()[here])[0].click();
    }, function () {
      failed += 1;
      offline();
    });
  });

  // ---- ways back ----
  form.addEventListener('reset', function () {
    all('details', form).forEach(function (part) { part.open = false; });
    setTimeout(function () { go(first); });
  });
  window.addEventListener('popstate', function (event) {
    var from = alone && alone.querySelector('summary');
    if (event.state && typeof event.state.step === 'number') show(event.state.step);
    if (from && from.offsetParent) from.focus(); // back where it was opened
  });
  document.addEventListener('click', function (event) {
    var language = event.target.closest('[name=sprache]');
    turning = !!language;
    if (language) language.value = here; // the step comes back with the page
  }, true);
  window.addEventListener('pageshow', function () { sending = ''; turning = false; sort(form); });
  all('[data-back]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      if (here <= first && !alone) return;
      event.preventDefault();
      if (alone) return leave();
      returning = false;
      if (history.state && history.state.depth) return history.back();
      history.replaceState({ step: here - 1, depth: 0 }, '');
      show(here - 1);
    });
  });

  function stepOf(node) { return node ? path().indexOf(node.closest('[data-step]')) : -1; }
  all('a[href^="#"]', lack || make('p')).forEach(function (link) {
    link.addEventListener('click', function (event) {
      var field = document.getElementById(link.hash.slice(1)), index = stepOf(field);
      if (index < 0) return;
      event.preventDefault();
      show(index, true);
      field.focus();
    });
  });
  // What was wrong stands at its step; where nothing is, "Senden" is pressed again where it stands.
  var wrong = stepOf(form.querySelector('.bad')), again = lack || form.parentNode.querySelector('.note [role=alert]');
  var start = wrong >= 0 ? wrong : again ? path().length - 1 : Number(words.place || first);
  var field = document.activeElement;
  if (!again && /^(TEXTAREA|INPUT)$/.test(field.tagName) && field.value !== field.defaultValue && stepOf(field) > start) {
    early = true;
    start = stepOf(field);
  }
  returning = !!again;
  history.replaceState({ step: start, depth: 0 }, '');
  show(start, true);
  if (early) field.scrollIntoView({ block: 'center' });
  if (lack) { lack.focus(); document.title = (words.wrong || 'Fehler:') + ' ' + document.title; }
})();
