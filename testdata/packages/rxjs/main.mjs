import { of, from, interval, merge, concat, combineLatest, zip, Subject, BehaviorSubject, ReplaySubject, throwError, firstValueFrom, lastValueFrom, timer, defer, forkJoin, EMPTY, range } from 'rxjs'
import { map, filter, scan, take, mergeMap, switchMap, concatMap, catchError, retry, debounceTime, toArray, share, withLatestFrom, distinctUntilChanged, bufferCount, groupBy, reduce, tap, finalize, takeUntil, timeout, pairwise, startWith } from 'rxjs/operators'
import { TestScheduler } from 'rxjs/testing'
const list = (o) => lastValueFrom(o.pipe(toArray()))
console.log(await list(of(1, 2, 3, 4).pipe(map((x) => x * x), filter((x) => x % 2 === 0), startWith(0))))
console.log(await list(from([3, 1, 1, 2]).pipe(distinctUntilChanged(), scan((a, b) => a + b), pairwise())))
console.log(await list(interval(2).pipe(take(4), bufferCount(2))))
console.log(await list(merge(timer(8).pipe(map(() => 'slow')), timer(1).pipe(map(() => 'fast')))))
console.log(await list(concat(of(1), EMPTY, range(5, 2))), await list(zip(of('a', 'b'), of(1, 2, 3))), await firstValueFrom(forkJoin({ a: of(1, 2), b: Promise.resolve(3) })))
console.log(await list(combineLatest([of(1, 2), of('x', 'y')])))
console.log(await list(from([1, 2, 3]).pipe(concatMap((x) => timer(4 - x).pipe(map(() => x))))), await list(of(1, 2, 3).pipe(mergeMap((x) => timer((4 - x) * 10).pipe(map(() => x))))))
console.log(await list(of('a', 'b').pipe(switchMap((x) => of(x + 1, x + 2)))))
let tries = 0
console.log(await list(defer(() => ++tries < 3 ? throwError(() => new Error('no')) : of('tries ' + tries)).pipe(retry(5))))
console.log(await list(throwError(() => new Error('bad')).pipe(catchError((e) => of('caught ' + e.message)), finalize(() => console.log('finalized')))))
console.log(await list(of(1, 2, 3, 4, 5).pipe(groupBy((x) => x % 2 ? 'odd' : 'even'), mergeMap((g) => g.pipe(reduce((a, b) => a + b), map((s) => [g.key, s]))))))
await firstValueFrom(interval(50).pipe(timeout(5))).catch((e) => console.log(e.name))
const s = new Subject(), b = new BehaviorSubject('first'), r = new ReplaySubject(2), log = []
s.pipe(withLatestFrom(b), share(), takeUntil(timer(20))).subscribe({ next: (v) => log.push(v.join('-')), complete: () => console.log(log) })
s.next(1); b.next('second'); s.next(2); r.next('x'); r.next('y'); r.next('z'); r.subscribe((v) => log.push(v))
new TestScheduler((a, e) => console.log(JSON.stringify(a) === JSON.stringify(e))).run(({ cold, expectObservable }) => {
  expectObservable(cold('-a---b|').pipe(debounceTime(2))).toBe('---a--(b|)')
})
