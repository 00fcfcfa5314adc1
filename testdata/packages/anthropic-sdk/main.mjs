import Anthropic from '@anthropic-ai/sdk'
import http from 'node:http'
let tries = 0
const server = http.createServer((req, res) => {
  let body = ''
  req.on('data', (d) => body += d).on('end', () => {
    const json = (v, status = 200, more = {}) => { res.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...more }); res.end(JSON.stringify(v)) }
    console.log(req.method, req.url, req.headers['x-api-key'], req.headers['anthropic-version'], body)
    if (req.url.startsWith('/v1/models')) return json(req.url.includes('after_id') ? { data: [{ id: 'b', type: 'model' }], has_more: false, first_id: 'b', last_id: 'b' } : { data: [{ id: 'a', type: 'model' }], has_more: true, first_id: 'a', last_id: 'a' })
    if (req.url === '/v1/messages/count_tokens') return json({ input_tokens: 5 })
    const ask = JSON.parse(body)
    if (ask.model === 'busy' && ++tries < 2) return json({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 529, { 'retry-after-ms': '1' })
    if (ask.model === 'bad') return json({ type: 'error', error: { type: 'invalid_request_error', message: 'max_tokens: too many' } }, 400)
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: ask.model, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 } }
    if (!ask.stream) return json({ ...message, content: [{ type: 'text', text: 'Hello!' }, { type: 'tool_use', id: 't1', name: 'add', input: { a: 1 } }], stop_reason: 'tool_use' })
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const event = (type, data) => res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
    event('message_start', { message })
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    for (const text of ['Hel', 'lo ', 'wörld']) event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
    event('ping', {})
    event('content_block_stop', { index: 0 })
    event('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't2', name: 'add', input: {} } })
    for (const partial_json of ['{"a": [1,', ' 2], "b"', ': "x"}']) event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json } })
    event('content_block_stop', { index: 1 })
    event('message_delta', { delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 7 } })
    event('message_stop', {})
    res.end()
  })
})
server.listen(0, '127.0.0.1', async () => {
  const client = new Anthropic({ apiKey: 'key', baseURL: `http://127.0.0.1:${server.address().port}` })
  const ask = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }
  const m = await client.messages.create(ask)
  console.log(m.content, m.stop_reason, m._request_id)
  const types = []
  for await (const e of await client.messages.create({ ...ask, stream: true })) types.push(e.type)
  console.log(types)
  const stream = client.messages.stream(ask).on('text', (t) => console.log('text', t)).on('inputJson', (p) => console.log('json', p))
  const final = await stream.finalMessage()
  console.log(JSON.stringify(final.content), final.usage, final.stop_reason)
  console.log((await client.messages.create({ ...ask, model: 'busy' })).id, tries)
  try { await client.messages.create({ ...ask, model: 'bad' }) } catch (e) { console.log(e instanceof Anthropic.BadRequestError, e.name, e.status, e.message, e.error.error.type, e.requestID) }
  for await (const x of client.models.list({ limit: 1 })) console.log(x.id)
  console.log(await client.messages.countTokens({ model: 'm', messages: ask.messages }))
  await new Anthropic({ apiKey: 'key', baseURL: 'http://127.0.0.1:1', maxRetries: 0 }).messages.create(ask).catch((e) => console.log(e.name, e.message))
  server.closeAllConnections()
  server.close(() => console.log('closed'))
})
