// Shows /api/resources once a second. Everything is written as text, never as markup: log lines come from anywhere.
'use strict';

const byId = id => document.getElementById(id);
let chosen = decodeURIComponent(location.hash.slice(1));
let drawn = '';

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) { made.textContent = text; }
  if (className) { made.className = className; }
  return made;
};

const stateName = state => state === 'NotAvailable' ? 'not available' : state.toLowerCase();
const stateClass = state => state.charAt(0).toLowerCase() + state.slice(1);

function row(resource) {
  const made = element('tr');
  made.classList.toggle('chosen', resource.name === chosen);
  const name = element('td');
  const button = element('button', resource.name);
  button.type = 'button';
  button.setAttribute('aria-expanded', String(resource.name === chosen));
  button.addEventListener('click', () => { chosen = chosen === resource.name ? '' : resource.name; location.hash = chosen; drawn = ''; refresh(); });
  name.append(button);
  const state = element('td');
  state.append(element('span', stateName(resource.state), 'state ' + stateClass(resource.state)));
  if (resource.reason) { state.append(element('span', resource.reason, 'why')); }
  const urls = element('td');
  for (const link of resource.urls) {
    if (/^https?:/.test(link.url)) {
      // An endpoint is known by its address, and what lies below it by its name.
      const isEndpoint = new URL(link.url).pathname === '/';
      const anchor = element('a', !isEndpoint ? link.name : link.name === 'http' ? link.url : link.name + ' ' + link.url);
      anchor.href = link.url;
      anchor.rel = 'noreferrer';
      urls.append(anchor);
    } else {
      urls.append(element('span', link.name === 'tcp' ? link.url : link.name + ' ' + link.url, 'plain'));
    }
  }
  made.append(name, state, urls, element('td', resource.type), element('td', String(resource.restarts)));
  return made;
}

function details(resource) {
  byId('details').hidden = !resource;
  if (!resource) { return; }
  byId('name').textContent = resource.name;
  byId('reason').textContent = resource.reason ?? '';
  byId('facts').replaceChildren();
  const facts = [
    ['State', stateName(resource.state)],
    ['Process', resource.processId ?? 'none'],
    ['Started', resource.startedAt ? new Date(resource.startedAt).toLocaleString() : 'not yet'],
    ['Waits for', resource.waitsFor.join(', ') || 'nothing'],
  ];
  for (const [key, value] of facts) { byId('facts').append(element('dt', key), element('dd', String(value))); }
  byId('environment').textContent = resource.environment.join(', ') || 'none';
  const log = byId('log');
  const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  log.textContent = resource.log.join('\n');
  if (atEnd) { log.scrollTop = log.scrollHeight; }
}

async function refresh() {
  try {
    const answer = await fetch('/api/resources');
    const text = await answer.text();
    if (text === drawn) { return; }
    drawn = text;
    const resources = JSON.parse(text);
    const focused = document.activeElement?.tagName === 'BUTTON' ? document.activeElement.textContent : null;
    byId('rows').replaceChildren(...resources.map(row));
    if (focused) { [...document.querySelectorAll('td button')].find(b => b.textContent === focused)?.focus(); }
    const running = resources.filter(r => r.state === 'Running').length;
    const failed = resources.filter(r => r.state === 'Failed' || r.state === 'Unhealthy').length;
    const summary = running + ' of ' + resources.length + ' running' + (failed ? ', ' + failed + ' failed' : '');
    if (byId('summary').textContent !== summary) { byId('summary').textContent = summary; }
    details(resources.find(r => r.name === chosen));
  } catch {
    byId('summary').textContent = 'The application has stopped, or does not answer.';
    drawn = '';
  }
}

refresh();
setInterval(refresh, 1000);
