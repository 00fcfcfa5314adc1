import Ajv2020 from 'ajv/dist/2020.js'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
const ajv = addFormats(new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true }))
const validate = ajv.compile({
  $id: 'https://example.com/user', type: 'object', required: ['id', 'email'], additionalProperties: false,
  properties: {
    id: { type: 'integer', minimum: 1 }, email: { type: 'string', format: 'email' }, when: { type: 'string', format: 'date-time' },
    role: { enum: ['a', 'b'], default: 'a' }, list: { type: 'array', items: { $ref: '#/definitions/item' }, uniqueItems: true },
  },
  definitions: { item: { type: 'string', pattern: '^[a-z]+$' } },
})
const good = { id: '5', email: 'a@b.co', list: ['x', 'y'] }
console.log(validate(good), good)
console.log(validate({ id: 0, email: 'nope', when: 'yesterday', role: 'c', list: ['A', 'A'], more: 1 }))
console.log(ajv.errorsText(validate.errors, { separator: '\n' }))
ajv.addKeyword({ keyword: 'even', type: 'number', validate: (on, n) => on === (n % 2 === 0), errors: false })
const even = ajv.compile({ type: 'number', even: true })
console.log(even(2), even(3), even.errors[0].keyword)
const v20 = new Ajv2020({ strict: false })
const tuple = v20.compile({ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false, minItems: 2, unevaluatedItems: false })
console.log(tuple([1, 'a']), tuple([1, 'a', 2]), tuple(['a', 1]), tuple.errors.map((e) => e.instancePath + ' ' + e.message))
const cond = v20.compile({ type: 'object', if: { properties: { k: { const: 1 } } }, then: { required: ['a'] }, else: { required: ['b'] } })
console.log(cond({ k: 1, a: 1 }), cond({ k: 1, b: 1 }), cond({ k: 2, b: 1 }))
try { ajv.compile({ type: 'nonsense' }) } catch (e) { console.log(e.message) }
console.log(ajv.getSchema('https://example.com/user#/definitions/item')('abc'))
