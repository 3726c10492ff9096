import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the API: the server itself, or the mock with TESSERA_API=http://127.0.0.1:8100. */
const api = process.env.TESSERA_API ?? 'http://127.0.0.1:8000';

const proxy = { '/api': { target: api, changeOrigin: false } };

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What every page uses comes in two files instead of forty; pages stay apart, with
        // the libraries that one page needs, and are loaded when opened.
        codeSplitting: {
          groups: [
            { name: 'svelte', test: /node_modules\/(?!fflate|uqr)/ },
            { name: 'shared', test: /src\/(api|lib|components\/(base|form|table|value))\// },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
});
