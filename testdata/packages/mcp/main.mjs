import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { z } from 'zod'
const server = new McpServer({ name: 'demo', version: '1.0.0' })
server.registerTool('add', { description: 'adds', inputSchema: { a: z.number(), b: z.number() } }, async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }))
server.registerResource('r', 'demo://r', {}, async (uri) => ({ contents: [{ uri: uri.href, text: 'hello' }] }))
server.registerPrompt('p', { argsSchema: { who: z.string() } }, ({ who }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `hi ${who}` } }] }))
const [a, b] = InMemoryTransport.createLinkedPair()
const client = new Client({ name: 'c', version: '1' })
await Promise.all([server.connect(a), client.connect(b)])
console.log(client.getServerVersion().name, (await client.listTools()).tools.map((t) => `${t.name} ${JSON.stringify(t.inputSchema.required)}`))
console.log((await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).content)
console.log((await client.callTool({ name: 'add', arguments: { a: 'x' } })).isError)
console.log((await client.readResource({ uri: 'demo://r' })).contents[0].text, (await client.getPrompt({ name: 'p', arguments: { who: 'you' } })).messages[0].content.text)
await client.close()
console.log('closed')
