import { defineConfig } from "vitest/config";

export default defineConfig({
  // The stylesheet is text in the bundle (see build.mjs), and so it is here.
  plugins: [
    {
      name: "css-as-text",
      enforce: "pre",
      transform: (code, id) =>
        id.endsWith(".css") ? { code: `export default ${JSON.stringify(code)}` } : undefined,
    },
  ],
  // As in the bundle (see build.mjs).
  resolve: { alias: { entities: new URL("src/markdown/entities.ts", import.meta.url).pathname } },
  test: {
    server: { deps: { inline: ["markdown-it"] } },
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 20_000,
    pool: "threads",
    maxWorkers: 1,
  },
});
