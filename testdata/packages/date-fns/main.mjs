import { format, addMonths, subDays, differenceInCalendarDays, formatDistance, formatRelative, parse, parseISO, isValid, startOfWeek, endOfMonth, eachDayOfInterval, intervalToDuration, formatDuration, isWithinInterval, getISOWeek, setDefaultOptions, compareAsc, formatISO, lightFormat, add, closestTo, getQuarter, areIntervalsOverlapping } from 'date-fns'
import { de, fr, ja } from 'date-fns/locale'
const d = new Date(2024, 1, 29, 13, 5, 9, 7)
console.log(format(d, "yyyy-MM-dd'T'HH:mm:ss.SSS"), '|', format(d, 'PPPPpppp'), '|', format(d, 'EEEE do MMMM, QQQ, w, I, DDD', { useAdditionalDayOfYearTokens: true }))
for (const locale of [de, fr, ja]) console.log(format(d, 'PPPP p', { locale }), '|', formatDistance(d, subDays(d, 40), { locale, addSuffix: true }))
console.log(format(addMonths(d, 12), 'P'), format(subDays(d, 60), 'P'), format(add(d, { years: 1, weeks: 2, hours: 30 }), 'Pp'))
console.log(differenceInCalendarDays(new Date(2024, 11, 25), d), getISOWeek(d), getQuarter(d), compareAsc(d, new Date(0)))
console.log(formatDistance(new Date(2020, 0, 1), d), '|', formatDistance(d, new Date(+d + 45_000), { includeSeconds: true }), '|', formatRelative(subDays(d, 2), d))
console.log(formatISO(parse('31.12.2023 23:59', 'dd.MM.yyyy HH:mm', d)), isValid(parse('32.12.2023', 'dd.MM.yyyy', d)), formatISO(parseISO('2024-W09-4T10:00Z')))
console.log(lightFormat(startOfWeek(d, { weekStartsOn: 1 }), 'yyyy-MM-dd'), lightFormat(endOfMonth(d), 'yyyy-MM-dd HH:mm'))
console.log(eachDayOfInterval({ start: d, end: addMonths(d, 1) }, { step: 10 }).map((x) => format(x, 'MMM d')))
const dur = intervalToDuration({ start: new Date(2020, 0, 31), end: d })
console.log(dur, formatDuration(dur, { delimiter: ', ' }))
console.log(isWithinInterval(d, { start: new Date(2024, 0, 1), end: new Date(2025, 0, 1) }), areIntervalsOverlapping({ start: 1, end: 5 }, { start: 5, end: 6 }), closestTo(d, [new Date(2024, 0, 1), new Date(2024, 2, 1)]).toISOString())
setDefaultOptions({ locale: de })
console.log(format(d, 'MMMM'))
try { format(d, 'YYYY') } catch (e) { console.log(e.name, e.message.split(';')[0]) }
try { format(new Date(NaN), 'P') } catch (e) { console.log(e.name, e.message) }
