import { createSSRApp, h, ref, computed, reactive, watch, nextTick, provide, inject, defineComponent } from 'vue'
import { renderToString } from 'vue/server-renderer'
const Child = defineComponent({ props: { n: Number }, emits: ['x'], setup(p, { slots }) { const t = inject('t'); return () => h('i', { class: [t, { on: p.n > 1 }] }, slots.default?.({ n: p.n })) } })
const app = createSSRApp({
  components: { Child },
  setup() { const list = ref([1, 2, 3]); provide('t', 'dark'); return { list, sum: computed(() => list.value.reduce((a, b) => a + b)), html: '<b>' } },
  template: `<ul :class="{ a: true }"><li v-for="(x, i) in list" :key="x" v-show="x > 1">{{ i }}={{ x }}</li></ul><p v-if="sum > 5" v-html="html"></p><p v-else>no</p><Child v-for="n in 2" :n="n"><template #default="{ n }">slot {{ n }}</template></Child>`,
})
console.log(await renderToString(app))
const state = reactive({ a: { b: 1 }, list: [] })
const seen = []
watch(() => state.a.b, (now, before) => seen.push([now, before]))
state.a.b = 2
state.list.push(1)
await nextTick()
console.log(JSON.stringify(seen), JSON.stringify(state))
