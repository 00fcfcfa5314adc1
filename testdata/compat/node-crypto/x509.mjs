import crypto, { X509Certificate, Certificate } from 'node:crypto';
const pem = `-----BEGIN CERTIFICATE-----
MIIBtjCCAVugAwIBAgITBmyf1XSXNmY/Owua2eiedgPySjAKBggqhkjOPQQDAjA5
MQswCQYDVQQGEwJVUzEPMA0GA1UEChMGQW1hem9uMRkwFwYDVQQDExBBbWF6b24g
Um9vdCBDQSAzMB4XDTE1MDUyNjAwMDAwMFoXDTQwMDUyNjAwMDAwMFowOTELMAkG
A1UEBhMCVVMxDzANBgNVBAoTBkFtYXpvbjEZMBcGA1UEAxMQQW1hem9uIFJvb3Qg
Q0EgMzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCmXp8ZBf8ANm+gBG1bG8lKl
ui2yEujSLtf6ycXYqm0fc4E7O5hrOXwzpcVOho6AF2hiRVd9RFgdszflZwjrZt6j
QjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgGGMB0GA1UdDgQWBBSr
ttvXBp43rDCGB5Fwx5zEGbF4wDAKBggqhkjOPQQDAgNJADBGAiEA4IWSoxe3jfkr
BqWTrBqYaGFy+uGh0PsceGCmQ5nFuMQCIQCcAu/xlJyzlvnrxir4tiz+OpAUFteM
YyRIHN8wfdVoOw==
-----END CERTIFICATE-----
`;
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const c = new X509Certificate(pem);
for (const k of ['subject', 'issuer', 'validFrom', 'validTo', 'serialNumber', 'fingerprint', 'fingerprint256', 'fingerprint512', 'ca', 'keyUsage', 'subjectAltName', 'infoAccess']) t(k, () => JSON.stringify(c[k]));
t('raw', () => c.raw.length); t('key', () => c.publicKey.asymmetricKeyType + c.publicKey.asymmetricKeyDetails.namedCurve); t('verify', () => c.verify(c.publicKey)); t('issued', () => c.checkIssued(c)); t('host', () => c.checkHost('example.com')); t('email', () => c.checkEmail('a@b')); t('ip', () => c.checkIP('1.2.3.4')); t('string', () => c.toString() === pem); t('json', () => c.toJSON() === pem); t('private', () => c.checkPrivateKey(crypto.generateKeyPairSync('ed25519').privateKey));
t('legacy', () => Object.keys(c.toLegacyObject()).sort().join()); t('legacy subject', () => JSON.stringify(c.toLegacyObject().subject)); t('der', () => new X509Certificate(c.raw).fingerprint === c.fingerprint); t('garbage', () => new X509Certificate('nope')); t('type', () => new X509Certificate(5)); t('public key from cert', () => crypto.createPublicKey(pem).asymmetricKeyType);
t('spkac', () => Certificate.verifySpkac(Buffer.from('x'))); t('spkac challenge', () => Certificate.exportChallenge(Buffer.from('x')).length);
