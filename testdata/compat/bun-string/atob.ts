// What atob and btoa say of what they refuse.
for (const s of ['*', 'a', 'ab=c', 'abc==', 'aGk', '====', 'é', 'aGk=\n', 'a===', 'ab*=']) try { console.log(JSON.stringify(s), atob(s).length) } catch (e: any) { console.log(JSON.stringify(s), e.name, e.message, e.code) }
for (const s of ['é', '€']) try { console.log(btoa(s)) } catch (e: any) { console.log(e.name, e.message, e.code) }
