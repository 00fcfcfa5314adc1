const Joi = require('joi')
const schema = Joi.object({
  name: Joi.string().trim().min(3).max(10).required(), age: Joi.number().integer().min(0).default(18), email: Joi.string().email({ tlds: { allow: false } }),
  role: Joi.valid('a', 'b'), tags: Joi.array().items(Joi.string().lowercase(), Joi.number()).unique().max(3), at: Joi.date().iso(), ref: Joi.number().greater(Joi.ref('age')),
  nested: Joi.object({ a: Joi.any() }).unknown(), secret: Joi.forbidden(), when: Joi.when('role', { is: 'a', then: Joi.required(), otherwise: Joi.optional() }), id: Joi.alternatives(Joi.number(), Joi.string().guid()),
}).with('email', 'name').xor('ref', 'at').rename('old', 'nested')
const show = (v, o) => { const { value, error } = schema.validate(v, o); console.log(error ? error.details.map((d) => `${d.type} ${d.path.join('.')}: ${d.message}`) : value) }
show({ name: ' Anna ', ref: '20', tags: ['A', '1'], role: 'b', old: { x: 1 } })
show({ name: 'ab', age: -1.5, email: 'no', role: 'c', tags: ['a', 'a', 'b', 'c'], at: 'yesterday', secret: 1, odd: 2, id: true }, { abortEarly: false })
show({ name: 'Anna', role: 'a', at: '2024-01-01T00:00:00Z' })
show({ name: 'Anna', at: 1, ref: 30 }, { convert: false, stripUnknown: true })
show(5)
console.log(Joi.attempt('5', Joi.number()), Joi.string().pattern(/^x/, 'ex').validate('y').error.message, Joi.string().messages({ 'string.base': 'custom {#label}' }).label('L').validate(1).error.message)
console.log(Joi.string().custom((v, h) => v === 'bad' ? h.error('any.invalid') : v + '!').validate('ok').value, Joi.boolean().truthy('Y').validate('Y').value, Joi.binary().encoding('base64').validate('aGk=').value, Joi.string().isoDuration().validate('P1D').error, Joi.link ? 'link' : '')
schema.validateAsync({}).catch((e) => console.log(e.name, e.isJoi, e.message, e.annotate(true).includes('name')))
const tree = Joi.object({ v: Joi.number(), kids: Joi.array().items(Joi.link('#t')) }).id('t')
console.log(tree.validate({ v: 1, kids: [{ v: 'x' }] }).error.message, Object.keys(schema.describe()).join(), Joi.isSchema(tree))
const ext = Joi.extend((j) => ({ type: 'even', base: j.number(), messages: { 'even.base': '{#label} is odd' }, validate: (v, h) => v % 2 ? { value: v, errors: h.error('even.base') } : undefined }))
console.log(ext.even().validate(3).error.message, ext.even().validate(4).value)
