// ref: node24
// URLPattern: constructor, test, exec, groups, components, errors.
const t = (label, fn) => { try { console.log(label, fn()); } catch (e) { console.log(label, e.name); } };
const p = new URLPattern({ pathname: '/users/:id' });
t('test', () => [p.test('https://example.com/users/5'), p.test({ pathname: '/users/x' }), p.test('https://example.com/users/'), p.test('/users/1', 'http://h')]);
t('exec', () => JSON.stringify(p.exec('https://example.com/users/5').pathname));
t('null', () => p.exec('https://example.com/other'));
t('components', () => ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'].map((k) => p[k]));
t('string', () => { const q = new URLPattern('https://*.example.com/books/:id(\\d+)?x=:y'); return JSON.stringify([q.hostname, q.pathname, q.search, q.exec('https://a.example.com/books/12?x=z')?.pathname.groups, q.test('https://a.example.com/books/ab?x=z')]); });
t('base', () => new URLPattern('/foo/*', 'https://example.com').test('https://example.com/foo/bar/baz'));
t('optional', () => { const q = new URLPattern({ pathname: '/a{/:b}?' }); return [q.test({ pathname: '/a' }), q.test({ pathname: '/a/b' }), q.test({ pathname: '/ab' })]; });
t('repeat', () => JSON.stringify(new URLPattern({ pathname: '/p/:x+' }).exec({ pathname: '/p/a/b' })?.pathname.groups));
t('star', () => JSON.stringify(new URLPattern({ pathname: '/*' }).exec({ pathname: '/any/thing' }).pathname.groups));
t('ignoreCase', () => [new URLPattern({ pathname: '/Abc' }, { ignoreCase: true }).test({ pathname: '/aBC' }), new URLPattern({ pathname: '/Abc' }).test({ pathname: '/aBC' })]);
t('hasRegExpGroups', () => [p.hasRegExpGroups, new URLPattern({ pathname: '/:x(\\d)' }).hasRegExpGroups]);
t('bad', () => new URLPattern({ pathname: '/(' }));
t('duplicate', () => new URLPattern({ pathname: '/:a/:a' }));
t('relative without base', () => new URLPattern('/x'));
t('escapes', () => new URLPattern({ pathname: '/caf\u00e9' }).pathname);
t('port', () => [new URLPattern('https://h:8443/').port, new URLPattern('https://h:443/').port]);
t('empty', () => new URLPattern().test('https://anything/at?all#x'));
