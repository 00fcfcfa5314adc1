import { graphql, buildSchema, GraphQLSchema, GraphQLObjectType, GraphQLString, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLEnumType, GraphQLInterfaceType, GraphQLScalarType, parse, print, validate, visit, printSchema, subscribe, introspectionFromSchema, GraphQLError, Kind } from 'graphql'
const users = [{ id: 1, name: 'Ann', friends: [2] }, { id: 2, name: 'Bob', friends: [1] }]
const Role = new GraphQLEnumType({ name: 'Role', values: { ADMIN: { value: 1 }, USER: { value: 2, deprecationReason: 'old' } } })
const Day = new GraphQLScalarType({ name: 'Day', serialize: (d) => d.toISOString().slice(0, 10), parseValue: (s) => new Date(s), parseLiteral: (n) => new Date(n.value) })
const Node = new GraphQLInterfaceType({ name: 'Node', fields: { id: { type: new GraphQLNonNull(GraphQLInt) } }, resolveType: () => 'User' })
const User = new GraphQLObjectType({ name: 'User', interfaces: [Node], fields: () => ({ id: { type: new GraphQLNonNull(GraphQLInt) }, name: { type: GraphQLString, args: { upper: { type: GraphQLString, defaultValue: 'no' } }, resolve: (u, a) => a.upper === 'yes' ? u.name.toUpperCase() : u.name }, role: { type: Role, resolve: () => 1 }, friends: { type: new GraphQLList(User), resolve: async (u) => u.friends.map((i) => users[i - 1]) }, fail: { type: GraphQLString, resolve: () => { throw new GraphQLError('failed', { extensions: { code: 'X' } }) } } }) })
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { user: { type: User, args: { id: { type: new GraphQLNonNull(GraphQLInt) } }, resolve: (_, { id }) => users[id - 1] }, node: { type: Node, resolve: () => users[0] }, next: { type: Day, args: { day: { type: Day } }, resolve: (_, { day }) => new Date(+day + 864e5) } } }),
  subscription: new GraphQLObjectType({ name: 'Subscription', fields: { tick: { type: GraphQLInt, subscribe: async function* () { for (let i = 0; i < 3; i++) yield { tick: i } } } } }),
})
const run = async (source, variableValues) => console.log(JSON.stringify(await graphql({ schema, source, variableValues })))
await run('query Q($id: Int!, $x: Boolean = true) { user(id: $id) { ...F friends { name friends { id } } skipped: name @skip(if: $x) } } fragment F on User { id loud: name(upper: "yes") role __typename }', { id: 1 })
await run('{ node { id ... on User { name } } user(id: 9) { name } next(day: "2024-02-28") }')
await run('{ user(id: 2) { name fail } }')
await run('{ user { nope } }')
await run('query($id: Int!) { user(id: $id) { id } }', { id: 'x' })
await run('{ user(id: 1) { ')
for await (const r of await subscribe({ schema, document: parse('subscription { tick }') })) console.log(JSON.stringify(r))
console.log(printSchema(schema))
const doc = parse('{a(x:[1,{y:"z"}]){b}}')
console.log(print(visit(doc, { Field: { enter: (n) => n.name.value === 'b' ? { ...n, alias: { kind: Kind.NAME, value: 'c' } } : undefined } })))
console.log(validate(schema, parse('{ user(id: 1) { friends } }')).map((e) => [e.message, e.locations]), introspectionFromSchema(schema).__schema.types.length)
const sdl = buildSchema('"""doc""" type Query { hello(name: String = "you"): String! list: [Int!]! } input I { a: Int = 1 } union U = Query directive @d(x: Int) on FIELD')
console.log(JSON.stringify(await graphql({ schema: sdl, source: '{ hello list }', rootValue: { hello: ({ name }) => 'hi ' + name, list: () => [1, null] } })), sdl.getType('Query').description)
