// How English is written where it is spoken, and dates in Swedish.
const times = [new Date(Date.UTC(2024, 8, 9, 14, 5, 6, 78)), new Date(Date.UTC(2024, 11, 25, 8, 30))]
const dates = [
  {}, { year: 'numeric', month: 'numeric' }, { month: 'numeric', day: 'numeric' }, { year: 'numeric', month: '2-digit', day: '2-digit' }, { year: '2-digit', month: 'numeric', day: 'numeric' },
  { month: 'short' }, { month: 'long', day: 'numeric' }, { month: 'short', year: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric' }, { year: 'numeric', month: 'long', day: 'numeric' },
  { weekday: 'long' }, { weekday: 'short' }, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
  { weekday: 'long', month: 'long', day: 'numeric' }, { weekday: 'short', day: 'numeric' }, { hour: 'numeric' }, { hour: '2-digit', minute: '2-digit' }, { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 },
  { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }, { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }, { dateStyle: 'full' }, { dateStyle: 'long' }, { dateStyle: 'medium' }, { dateStyle: 'short' }, { dateStyle: 'full', timeStyle: 'short' },
  { dateStyle: 'short', timeStyle: 'medium' }, { era: 'short', year: 'numeric' },
]
const numbers = [
  {}, { style: 'currency', currency: 'USD' }, { style: 'currency', currency: 'INR' }, { style: 'currency', currency: 'ZAR' }, { style: 'currency', currency: 'AUD' }, { style: 'currency', currency: 'CAD', currencySign: 'accounting' },
  { style: 'currency', currency: 'NZD', currencyDisplay: 'narrowSymbol' }, { style: 'currency', currency: 'JPY' }, { notation: 'compact' }, { notation: 'compact', compactDisplay: 'long' }, { style: 'percent', minimumFractionDigits: 1 },
  { notation: 'scientific' }, { useGrouping: false },
]
for (const locale of ['en-US', 'en-GB', 'en-IN', 'en-ZA', 'en-AU', 'en-CA', 'en-NZ', 'en-IE', 'sv-SE', 'sv']) {
  for (const options of dates) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    console.log(locale, JSON.stringify(options), times.map((t) => format.format(t)).join(' | '))
  }
  const [t] = times
  console.log(locale, t.toLocaleString(locale, { timeZone: 'UTC' }), t.toLocaleDateString(locale, { timeZone: 'America/New_York' }), t.toLocaleTimeString(locale, { timeZone: 'Asia/Kolkata' }))
  if (locale.startsWith('sv')) continue
  for (const options of numbers) {
    const format = new Intl.NumberFormat(locale, options)
    console.log(locale, JSON.stringify(options), [1, 999.5, 1234, 123456.789, -12345678, 12345678901].map((n) => format.format(n)).join(' | '))
  }
}
console.log((12345678901234567890n).toLocaleString('en-IN'), JSON.stringify(new Intl.NumberFormat('en-IN').formatToParts(-1234567.5)))
console.log(Intl.DateTimeFormat.supportedLocalesOf(['sv', 'sv-SE', 'en-IN']).join(), new Intl.DateTimeFormat('sv-SE').resolvedOptions().locale)
console.log(new Date(`${times[0].toLocaleString('sv-SE', { timeZone: 'Asia/Tokyo' }).replace(' ', 'T')}Z`).toISOString())
console.log(JSON.stringify(new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'short' }).formatToParts(times[0]).map((p) => p.value)))
