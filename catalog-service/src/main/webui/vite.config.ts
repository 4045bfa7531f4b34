import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [tailwindcss()],
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // The page's policy allows no data: fonts or scripts; everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // While working on the pages: 'npm run dev' beside a running catalog.
  server: { proxy: { '/api': 'http://127.0.0.1:18080' } },
  test: { include: ['src/**/*.test.ts'] },
});
