import { createStore, combineReducers, applyMiddleware, compose, bindActionCreators } from 'redux'
import { configureStore, createSlice, createAsyncThunk, createSelector, createEntityAdapter, createListenerMiddleware, nanoid } from '@reduxjs/toolkit'
const counter = (s = 0, a) => a.type === 'inc' ? s + (a.by ?? 1) : s
const log = []
const logger = (store) => (next) => (a) => { const r = next(a); log.push(a.type + ':' + store.getState().n); return r }
const store = createStore(combineReducers({ n: counter, list: (s = [], a) => a.type === 'add' ? [...s, a.v] : s }), applyMiddleware(logger))
const stop = store.subscribe(() => log.push('changed'))
store.dispatch({ type: 'inc' }); bindActionCreators({ inc: (by) => ({ type: 'inc', by }) }, store.dispatch).inc(5); stop(); store.dispatch({ type: 'add', v: 'x' })
console.log(store.getState(), log, compose((x) => x + 1, (x) => x * 2)(5))
try { store.dispatch('text') } catch (e) { console.log(e.message) }
const books = createEntityAdapter({ sortComparer: (a, b) => a.title.localeCompare(b.title) })
const fetchBook = createAsyncThunk('books/fetch', async (id, { rejectWithValue }) => id < 0 ? rejectWithValue('no such') : { id, title: 'book ' + id })
const slice = createSlice({
  name: 'books', initialState: books.getInitialState({ status: 'idle', error: null }),
  reducers: { added: books.addOne, renamed: (s, { payload: { id, title } }) => { s.entities[id].title = title }, prepared: { reducer: (s, a) => { s.last = a.payload }, prepare: (x) => ({ payload: x * 2 }) } },
  extraReducers: (b) => b.addCase(fetchBook.pending, (s) => { s.status = 'loading' }).addCase(fetchBook.fulfilled, (s, a) => { s.status = 'done'; books.upsertOne(s, a.payload) }).addCase(fetchBook.rejected, (s, a) => { s.error = a.payload }),
})
const listener = createListenerMiddleware()
listener.startListening({ actionCreator: slice.actions.added, effect: (a) => console.log('heard', a.payload.id) })
const rtk = configureStore({ reducer: { books: slice.reducer }, middleware: (d) => d().prepend(listener.middleware) })
rtk.dispatch(slice.actions.added({ id: 2, title: 'zoo' }))
const p = rtk.dispatch(fetchBook(1))
console.log(rtk.getState().books.status)
console.log((await p).payload, (await rtk.dispatch(fetchBook(-1))).meta.requestStatus, rtk.getState().books)
rtk.dispatch(slice.actions.renamed({ id: 1, title: 'zzz' })); rtk.dispatch(slice.actions.prepared(4))
let computed = 0
const titles = createSelector([(s) => s.books.entities], (e) => { computed++; return Object.values(e).map((b) => b.title) })
console.log(titles(rtk.getState()), titles(rtk.getState()), computed, rtk.getState().books.last, nanoid().length, books.getSelectors((s) => s.books).selectIds(rtk.getState()))
