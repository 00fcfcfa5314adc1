import { z } from 'zod'
const User = z.object({
  id: z.coerce.number().int().positive(), name: z.string().trim().min(2).max(20), email: z.email(),
  role: z.enum(['admin', 'user']).default('user'), tags: z.array(z.string()).max(3).optional(),
  born: z.iso.date().optional(), extra: z.record(z.string(), z.unknown()).nullish(),
}).strict()
console.log(User.parse({ id: '7', name: '  Ann ', email: 'ann@example.com', tags: ['a'] }))
const r = User.safeParse({ id: -1, name: 'x', email: 'no', role: 'root', tags: [1, 'b', 'c', 'd'], born: '2020-13-01', odd: 1 })
console.log(r.success)
for (const i of r.error.issues) console.log(i.code, i.path.join('.'), i.message)
console.log(z.prettifyError(r.error))
console.log(z.flattenError(r.error))
const Shape = z.discriminatedUnion('kind', [z.object({ kind: z.literal('circle'), r: z.number() }), z.object({ kind: z.literal('rect'), w: z.number(), h: z.number() })])
console.log(Shape.parse({ kind: 'rect', w: 1, h: 2 }), Shape.safeParse({ kind: 'tri' }).error.issues[0].code)
const Area = Shape.transform((s) => s.kind === 'circle' ? Math.PI * s.r ** 2 : s.w * s.h).pipe(z.number().max(10))
console.log(Area.parse({ kind: 'circle', r: 1 }).toFixed(3), Area.safeParse({ kind: 'rect', w: 10, h: 10 }).success)
console.log(await z.string().refine(async (s) => s.length % 2 === 0, 'odd length').safeParseAsync('abc').then((r) => r.error.issues[0].message))
const Tree = z.object({ v: z.number(), get kids() { return z.array(Tree) } })
console.log(JSON.stringify(Tree.parse({ v: 1, kids: [{ v: 2, kids: [] }] })))
console.log(z.tuple([z.string(), z.number()]).rest(z.boolean()).parse(['a', 1, true]), z.union([z.string(), z.bigint()]).parse(5n))
console.log(JSON.stringify(z.toJSONSchema(User.pick({ id: true, role: true }), { io: 'input' })))
console.log(z.preprocess((v) => String(v).split(','), z.array(z.coerce.number())).parse('1,2,3'), z.map(z.string(), z.date()).safeParse(new Map([['a', 1]])).success)
