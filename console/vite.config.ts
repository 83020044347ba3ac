import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * One build serves every hub: address and key are read from config.json when the page opens. What differs is the path
 * it stands under: `--base /` for a host of its own.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), tailwind()],
  build: {
    target: 'es2022',
    // the map's worker and the charts are loaded when their page is opened
    chunkSizeWarningLimit: 1100,
    rolldownOptions: { input: { console: 'index.html', website: 'website.html' } },
  },
})
