import OpenAI from 'openai'
import http from 'node:http'
let tries = 0
const server = http.createServer((req, res) => {
  let body = ''
  req.on('data', (d) => body += d).on('end', () => {
    const json = (v, status = 200) => { res.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' }); res.end(JSON.stringify(v)) }
    console.log(req.method, req.url, req.headers.authorization, body && body.length < 400 && body[0] === '{' ? body : (req.headers['content-type'] ?? '').split(';')[0])
    if (req.url === '/v1/models') return json({ object: 'list', data: [{ id: 'm1', object: 'model' }, { id: 'm2', object: 'model' }] })
    if (req.url === '/v1/files') return json({ id: 'file_1', bytes: body.includes('file content') })
    if (req.url === '/v1/embeddings') return json({ data: [{ embedding: Buffer.from(new Float32Array([1, 0.5]).buffer).toString('base64'), index: 0 }], usage: { total_tokens: 2 } })
    const ask = JSON.parse(body)
    if (ask.model === 'flaky' && ++tries < 3) return json({ error: { message: 'slow down' } }, 429)
    if (ask.model === 'none') return json({ error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found', param: 'model' } }, 404)
    if (!ask.stream) return json({ id: 'c1', object: 'chat.completion', model: ask.model, choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: ask.response_format ? '{"n":42}' : 'Hello!' } }], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } })
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const c of ['Hel', 'lo ', 'wörld']) res.write(`data: ${JSON.stringify({ id: 'c2', object: 'chat.completion.chunk', model: ask.model, choices: [{ index: 0, delta: { role: 'assistant', content: c }, finish_reason: c === 'wörld' ? 'stop' : null }] })}\n\n`)
    res.end('data: [DONE]\n\n')
  })
})
server.listen(0, '127.0.0.1', async () => {
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 3 })
  const messages = [{ role: 'user', content: 'Hi' }]
  const { data, response, request_id } = await client.chat.completions.create({ model: 'm1', messages, temperature: 0 }).withResponse()
  console.log(data.choices[0].message, data.usage.total_tokens, response.status, request_id)
  const parts = []
  for await (const c of await client.chat.completions.create({ model: 'm1', messages, stream: true })) parts.push(c.choices[0].delta.content)
  console.log(parts)
  const runner = client.chat.completions.stream({ model: 'm1', messages })
  runner.on('content', (delta, all) => console.log('delta', delta, all.length))
  console.log((await runner.finalChatCompletion()).choices[0].message.content)
  console.log((await client.chat.completions.create({ model: 'flaky', messages }, { headers: { 'retry-after-ms': '1' } })).choices[0].message.content, tries)
  try { await client.chat.completions.create({ model: 'none', messages }) } catch (e) { console.log(e instanceof OpenAI.NotFoundError, e.name, e.status, e.code, e.param, e.message) }
  for await (const m of client.models.list()) console.log(m.id)
  console.log(await client.files.create({ file: await OpenAI.toFile(Buffer.from('file content'), 'a.txt'), purpose: 'batch' }))
  console.log((await client.embeddings.create({ model: 'e', input: 'x' })).data[0].embedding)
  const gone = new AbortController(); gone.abort()
  await client.models.list({ signal: gone.signal }).catch((e) => console.log(e.name, e.message))
  server.closeAllConnections()
  server.close(() => console.log('closed'))
})
