import { ChronoUnit, DateTimeFormatter, DayOfWeek, Duration, Instant, LocalDate, LocalDateTime, Period, TemporalAdjusters, YearMonth, ZonedDateTime, ZoneId } from '@js-joda/core'

const d = LocalDate.of(2024, 2, 29)
console.log(String(d.plusYears(1)), String(d.with(TemporalAdjusters.next(DayOfWeek.MONDAY))), d.until(LocalDate.of(2025, 1, 1), ChronoUnit.DAYS))
console.log(String(Period.between(d, LocalDate.parse('2025-03-01'))), String(Duration.ofSeconds(3661)), YearMonth.of(2024, 2).lengthOfMonth())
console.log(String(ZonedDateTime.of(LocalDateTime.parse('2024-01-01T10:00'), ZoneId.of('UTC'))), d.format(DateTimeFormatter.ofPattern('dd/MM/yyyy')), String(Instant.ofEpochMilli(0)))
// Its errors set their message after they were given a stack.
for (const f of [() => LocalDate.parse('2023-02-29'), () => LocalDate.of(2023, 13, 1), () => d.get(null)]) {
  try { f() } catch (e) { console.log(e.name, e.message.split('\n    at')[0], '|', e.stack.split('\n')[0]) }
}
