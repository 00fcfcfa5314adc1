import * as openpgp from 'openpgp'

const { privateKey, publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'Ann', email: 'ann@example.com' }], passphrase: 'secret', format: 'object' })
const open = await openpgp.decryptKey({ privateKey, passphrase: 'secret' })
const armored = await openpgp.encrypt({ message: await openpgp.createMessage({ text: 'grüße' }), encryptionKeys: publicKey, signingKeys: open })
console.log(armored.split('\n')[0])
const { data, signatures } = await openpgp.decrypt({ message: await openpgp.readMessage({ armoredMessage: armored }), decryptionKeys: open, verificationKeys: publicKey })
console.log(data, await signatures[0].verified)
const byPassword = await openpgp.encrypt({ message: await openpgp.createMessage({ binary: new Uint8Array([1, 2, 3]) }), passwords: 'p', format: 'binary' })
console.log((await openpgp.decrypt({ message: await openpgp.readMessage({ binaryMessage: byPassword }), passwords: 'p', format: 'binary' })).data)
for (const wrong of [() => openpgp.decryptKey({ privateKey, passphrase: 'wrong' }), async () => openpgp.decrypt({ message: await openpgp.readMessage({ binaryMessage: byPassword }), passwords: 'q' })]) {
  try { await wrong(); console.log('taken') } catch (e) { console.log(e.message) }
}
const detached = await openpgp.sign({ message: await openpgp.createCleartextMessage({ text: 'signed' }), signingKeys: open })
console.log(detached.split('\n').slice(0, 4), publicKey.getAlgorithmInfo(), publicKey.getUserIDs())
