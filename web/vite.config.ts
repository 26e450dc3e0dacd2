import { defineConfig } from 'vite';

// One page, hashed names under /assets/, nothing from elsewhere.
export default defineConfig({
  base: '/',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: { target: 'es2021', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': process.env.HEARTH_URL ?? 'http://127.0.0.1:8080' } },
});
