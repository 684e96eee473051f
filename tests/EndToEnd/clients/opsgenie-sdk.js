// Runs the whole alert, heartbeat and user surface of npm's opsgenie-sdk against CORRELATION_URL with CORRELATION_KEY, and
// prints one JSON line per call: its name, and what the SDK handed to the callback. The test judges the lines.
'use strict';

const opsgenie = require('opsgenie-sdk');

const { alertV2: alerts, heartbeat: heartbeats, userV2: users } = opsgenie;
const configuration = { host: process.env.CORRELATION_URL, api_key: process.env.CORRELATION_KEY };

const alias = 'sdk/churn_model';
const byAlias = { identifier: alias, identifierType: 'alias' };
const ann = { user: 'ann', source: 'sdk' };

async function main() {
  opsgenie.configure(configuration);
  await alertStory();
  await savedSearchStory();
  await heartbeatStory();
  await userStory();
  await errorStory();
}

async function alertStory() {
  const created = await call('create', (done) => alerts.create({
    message: 'Model Accuracy Drop - churn_model',
    alias,
    description: 'Accuracy dropped from 0.90 to 0.82.',
    responders: [{ name: 'ml', type: 'team' }],
    tags: ['ml', 'model-quality'],
    actions: ['Retrain', 'Rollback'],
    details: { model: 'churn_model', accuracy: '0.82' },
    entity: 'churn_model',
    priority: 'P2',
    note: 'first seen by the nightly run',
    ...ann,
  }, done));
  await call('status of create', (done) => alerts.getRequestStatus(created.requestId, done));
  const { id, tinyId } = (await call('get by alias', (done) => alerts.get(byAlias, done))).data;
  const byId = { identifier: id };
  const read = (name) => call(name, (done) => alerts.get(byId, done));
  await call('get by id', (done) => alerts.get({ ...byId, identifierType: 'id' }, done));
  await call('get by id alone', (done) => alerts.get(id, done));
  await call('get by tiny id', (done) => alerts.get({ identifier: tinyId, identifierType: 'tiny' }, done));

  await call('create again', (done) => alerts.create({ message: 'Another text', alias }, done));
  await read('after create again');
  const another = { message: 'GPU down', alias: 'sdk-gpu', priority: 'P1' };
  await call('create another', (done) => alerts.create(another, done));
  await call('list', (done) => alerts.list({ limit: 10, sort: 'createdAt', order: 'asc' }, done));
  const query = 'status=open AND tag:model-quality';
  await call('list by query', (done) => alerts.list({ query, limit: 5, offset: 0 }, done));

  await call('add note', (done) => alerts.addNote(byAlias, { note: 'looking at the drift', ...ann }, done));
  await call('list notes', (done) => alerts.listAlertNotes(byAlias, { limit: 10, order: 'asc' }, done));
  // Without an identifierType this SDK appends its parameters with '&' to a path that has no '?'.
  await call('list notes by id alone', (done) => alerts.listAlertNotes(byId, { limit: 1, order: 'desc' }, done));
  await call('add tags', (done) => alerts.addTags(byAlias, { tags: ['nightly', 'gpu'], ...ann }, done));
  await read('after add tags');
  await call('remove tags', (done) => alerts.removeTags(byAlias, { tags: 'nightly,gpu', ...ann }, done));
  await read('after remove tags');
  await call('add tags by id alone', (done) => alerts.addTags(byId, { tags: ['again'] }, done));
  await call('remove tags by id alone', (done) => alerts.removeTags(byId, { tags: 'again' }, done));
  await read('after remove tags by id alone');
  const added = { details: { run: '17', stage: 'nightly' }, ...ann };
  await call('add details', (done) => alerts.addDetails(byAlias, added, done));
  await read('after add details');
  await call('remove details', (done) => alerts.removeDetails(byAlias, { keys: 'run,stage' }, done));
  await read('after remove details');

  await call('acknowledge', (done) => alerts.acknowledge(byAlias, { note: 'mine', ...ann }, done));
  await read('after acknowledge');
  const again = await call('acknowledge again', (done) => alerts.acknowledge(byAlias, ann, done));
  await call('status of acknowledge again', (done) => alerts.getRequestStatus(again.requestId, done));
  await call('unacknowledge', (done) => alerts.unacknowledge(byAlias, ann, done));
  await read('after unacknowledge');
  const endTime = new Date(Date.now() + 3600_000).toISOString();
  await call('snooze', (done) => alerts.snooze(byAlias, { endTime, ...ann }, done));
  await read('after snooze');
  await call('escalate', (done) => alerts.escalateToNext(byAlias, { escalation: { name: 'ladder' }, ...ann }, done));
  await call('assign', (done) => alerts.assign(byAlias, { owner: { username: 'bob' }, ...ann }, done));
  await read('after assign');
  await call('add team', (done) => alerts.addTeam(byAlias, { team: { name: 'infra' }, ...ann }, done));
  await read('after add team');
  const execute = (action, done) => alerts.executeAction(byAlias, { action, ...ann }, done);
  const run = await call('execute action', (done) => execute('Retrain', done));
  await call('status of execute action', (done) => alerts.getRequestStatus(run.requestId, done));
  const unknown = await call('execute unknown action', (done) => execute('Reboot', done));
  await call('status of execute unknown action', (done) => alerts.getRequestStatus(unknown.requestId, done));

  await call('list recipients', (done) => alerts.listAlertRecipients(byAlias, done));
  await call('list logs', (done) => alerts.listAlertLogs(byAlias, { limit: 100, order: 'asc' }, done));
  await call('list logs by id alone', (done) => alerts.listAlertLogs(byId, { limit: 2 }, done));

  await call('close', (done) => alerts.close(byAlias, { note: 'retrained', ...ann }, done));
  await read('after close');
  const late = await call('close again', (done) => alerts.close(byAlias, ann, done));
  await call('status of close again', (done) => alerts.getRequestStatus(late.requestId, done));
  await call('get closed by alias', (done) => alerts.get(byAlias, done));
  await call('delete', (done) => alerts.delete({ ...byId, identifierType: 'id' }, done));
  await read('after delete');
  await call('list after delete', (done) => alerts.list({}, done));
}

async function savedSearchStory() {
  const created = await call('create saved search', (done) => alerts.createSavedSearch({
    name: 'gpu',
    query: 'priority: P1',
    description: 'what wakes people',
    owner: { username: 'ann' },
    teams: [{ name: 'ml' }],
  }, done));
  const { id } = created.data;
  await call('get saved search', (done) => alerts.getSavedSearch({ identifier: id, identifierType: 'id' }, done));
  const byName = { identifier: 'gpu', identifierType: 'name' };
  await call('get saved search by name', (done) => alerts.getSavedSearch(byName, done));
  const searched = { searchIdentifier: 'gpu', searchIdentifierType: 'name' };
  await call('list by saved search', (done) => alerts.list(searched, done));
  await call('update saved search', (done) => alerts.updateSavedSearch({ identifier: id }, {
    name: 'none', query: 'priority: P5', owner: { username: 'ann' },
  }, done));
  await call('get updated saved search', (done) => alerts.getSavedSearch(id, done));
  await call('list saved searches', (done) => alerts.listSavedSearches(done));
}

async function heartbeatStory() {
  const nightly = { identifier: 'nightly-train' };
  await call('create heartbeat', (done) => heartbeats.create({
    name: 'nightly-train',
    description: 'the nightly training run',
    interval: 10,
    intervalUnit: 'minutes',
    enabled: true,
    ownerTeam: { name: 'ml' },
    alertMessage: 'The nightly training is silent',
    alertTags: ['ml', 'training'],
    alertPriority: 'P2',
  }, done));
  await call('get heartbeat', (done) => heartbeats.get('nightly-train', done));
  await call('get heartbeat by object', (done) => heartbeats.get(nightly, done));
  await call('list heartbeats', (done) => heartbeats.list({}, done));
  await call('ping heartbeat', (done) => heartbeats.ping(nightly, {}, done));
  await call('get pinged heartbeat', (done) => heartbeats.get(nightly, done));
  await call('update heartbeat', (done) => heartbeats.update(nightly, { interval: 2, intervalUnit: 'hours' }, done));
  await call('get updated heartbeat', (done) => heartbeats.get(nightly, done));
  await call('disable heartbeat', (done) => heartbeats.disable(nightly, done));
  await call('get disabled heartbeat', (done) => heartbeats.get(nightly, done));
  await call('enable heartbeat', (done) => heartbeats.enable(nightly, done));
  await call('ping unknown heartbeat', (done) => heartbeats.ping({ identifier: 'nobody' }, {}, done));
  await call('delete heartbeat', (done) => heartbeats.delete(nightly, done));
  await call('get deleted heartbeat', (done) => heartbeats.get(nightly, done));
  await call('list heartbeats after delete', (done) => heartbeats.list({}, done));
}

async function userStory() {
  const eve = { identifier: 'eve@example.com' };
  const created = await call('create user', (done) => users.create({
    username: 'eve@example.com',
    fullName: 'Eve',
    role: { name: 'User' },
    timeZone: 'Europe/Berlin',
    locale: 'en_US',
    details: { squad: ['ml'] },
  }, done));
  await call('get user', (done) => users.get(eve, done));
  await call('get user by id', (done) => users.get({ identifier: created.data.id }, done));
  await call('list users', (done) => users.list({ limit: 10, sort: 'username', order: 'asc' }, done));
  await call('delete user', (done) => users.delete(eve, done));
  await call('get deleted user', (done) => users.get(eve, done));
}

async function errorStory() {
  await call('create without message', (done) => alerts.create({ alias: 'sdk-empty' }, done));
  opsgenie.configure({ ...configuration, api_key: '00000000-0000-4000-8000-000000000000' });
  await call('create with another key', (done) => alerts.create({ message: 'x' }, done));
}

// On an answer without a body the SDK throws where nobody can catch it (JSON.parse of undefined): the process ends.
function call(name, start) {
  return new Promise((resolve) => start((error, body) => {
    console.log(JSON.stringify({ call: name, error: error ?? undefined, body: body ?? undefined }));
    resolve(body ?? {});
  }));
}

main();
