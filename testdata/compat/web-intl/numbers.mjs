// Intl.NumberFormat and Number.prototype.toLocaleString, English.
const f = (o, n, l = 'en-US') => { try { return new Intl.NumberFormat(l, o).format(n); } catch (e) { return e.name + ': ' + e.message; } };
const cases = [
  [{}, 1234567.891], [{}, 0], [{}, -5], [{}, 1e21], [{}, NaN], [{}, Infinity], [{}, -0], [{}, 12345678901234567890n], [{}, '123456789.5'],
  [{ maximumFractionDigits: 0 }, 2.5], [{ maximumFractionDigits: 0 }, 3.5], [{ minimumFractionDigits: 2 }, 3], [{ minimumFractionDigits: 2, maximumFractionDigits: 2 }, 1.005],
  [{ style: 'currency', currency: 'USD' }, 1234.5], [{ style: 'currency', currency: 'EUR' }, -9.99], [{ style: 'currency', currency: 'JPY' }, 1234.5], [{ style: 'currency', currency: 'GBP', currencyDisplay: 'code' }, 5],
  [{ style: 'currency', currency: 'USD', currencyDisplay: 'name' }, 5], [{ style: 'currency', currency: 'USD', currencySign: 'accounting' }, -5], [{ style: 'currency', currency: 'CHF' }, 5],
  [{ style: 'percent' }, 0.256], [{ style: 'percent', maximumFractionDigits: 1 }, 0.2567],
  [{ style: 'unit', unit: 'kilometer-per-hour' }, 50], [{ style: 'unit', unit: 'liter', unitDisplay: 'long' }, 16], [{ style: 'unit', unit: 'byte', unitDisplay: 'narrow' }, 1024], [{ style: 'unit', unit: 'celsius' }, 21],
  [{ notation: 'compact' }, 1234567], [{ notation: 'compact' }, 999999], [{ notation: 'compact', compactDisplay: 'long' }, 1234567], [{ notation: 'compact', maximumFractionDigits: 1 }, 1550],
  [{ notation: 'scientific' }, 12345], [{ notation: 'engineering' }, 12345],
  [{ useGrouping: false }, 1234567], [{ signDisplay: 'always' }, 5], [{ signDisplay: 'exceptZero' }, 0], [{ signDisplay: 'never' }, -5],
  [{ maximumSignificantDigits: 3 }, 123456], [{ minimumSignificantDigits: 5 }, 1.2], [{ minimumIntegerDigits: 3 }, 7], [{ roundingMode: 'floor', maximumFractionDigits: 0 }, 2.9],
  [{ style: 'currency' }, 1], [{ style: 'nothing' }, 1], [{ style: 'currency', currency: 'US' }, 1], [{ minimumFractionDigits: 101 }, 1],
];
for (const [o, n] of cases) console.log(JSON.stringify(o), f(o, n));
console.log((1234.5).toLocaleString(), (1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' }), 123456789n.toLocaleString(), (0.5).toLocaleString('en', { style: 'percent' }));
console.log(new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).formatToParts(-1234.5).map((p) => p.type + '=' + p.value).join(' '));
console.log(new Intl.NumberFormat('en-US').resolvedOptions());
console.log(new Intl.NumberFormat('en').formatRange?.(3, 5));
console.log(Intl.NumberFormat.supportedLocalesOf(['en-US', 'en-GB']), typeof Intl.NumberFormat('en').format, Object.prototype.toString.call(new Intl.NumberFormat()));
console.log([1, 2].map(new Intl.NumberFormat('en').format), [1234, 5.5].toLocaleString());
