import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Every top-level folder of code. The import rule says which of them each one may use. */
const FOLDERS = [
  'workflows',
  'activities',
  'api',
  'workers',
  'test',
  'domain',
  'contracts',
  'models',
  'infra',
  'stack',
  'bench',
  'scripts',
];

/** A relative import that leaves its own folder for one of these. No folder inside bears such a name. */
const into = (folders) => `^(\\.\\./)+(${folders.join('|')})/`;

/** Forbids imports by regular expression; `unless` are the exceptions, and types may pass where that is said. */
function directions(folder, { mayUse, packages, extra = [] }) {
  const forbidden = FOLDERS.filter((name) => name !== folder && !mayUse.includes(name));
  const message = `${folder}/ may use only ${mayUse.length > 0 ? mayUse.map((name) => `${name}/`).join(', ') : 'itself'}${
    packages ? ` and the packages ${packages.join(', ') || '(none)'}` : ''
  }.`;
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: into(forbidden), message },
            ...(packages ? [{ regex: `^(?!\\.)(?!(${packages.join('|') || '-'})(/|$))`, message }] : []),
            ...extra,
          ],
        },
      ],
    },
  };
}

const workflowFolders = FOLDERS.filter((name) => !['workflows', 'domain', 'contracts', 'activities'].includes(name));

export default defineConfig(
  globalIgnores(['node_modules/', '.bangfu/', 'build/', 'coverage/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // Numbers in messages are harmless; objects and undefined are not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/restrict-plus-operands': 'error',
      // Ports have implementations that need not wait, and interfaces stay asynchronous.
      '@typescript-eslint/require-await': 'off',
      // Our factories give objects of closures, which need no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // It also flags assertions that say more than the inferred type does.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // The libraries' own types ask for literals where these rules see a class instance, a spread or an empty object.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    // chai's assertions are expressions, and a test may know more than the types say.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['process', 'console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'URL', 'Buffer'],
          ...['require', 'module', '__dirname', 'fetch', 'performance', 'AbortSignal'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },

  directions('domain', { mayUse: [], packages: [] }),
  // @temporalio/common: the typed keys of the search attributes, which client and workflow code share.
  directions('contracts', { mayUse: ['domain'], packages: ['zod', '@temporalio/common'] }),
  {
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: into(workflowFolders),
              message: 'Workflow code is bundled: it may use only domain/ and contracts/.',
            },
            { regex: into(['activities']), allowTypeImports: true, message: 'Only the types of activities.' },
            {
              regex: '^(\\.\\./)+contracts/(?!(cases|search-attributes)\\.ts$)',
              allowTypeImports: true,
              message: 'Only contracts without zod may enter the workflow bundle.',
            },
            {
              regex: '^(?!\\.)(?!@temporalio/(workflow|common)$)',
              message: 'Workflow code may use no package but @temporalio/workflow and @temporalio/common.',
            },
          ],
        },
      ],
    },
  },
  directions('models', { mayUse: ['domain', 'contracts'] }),
  directions('infra', { mayUse: ['domain', 'contracts'] }),
  directions('activities', { mayUse: ['domain', 'contracts', 'models', 'infra'] }),
  directions('api', { mayUse: ['domain', 'contracts', 'models', 'infra'] }),

  {
    // The same input must give the same result, in a replay months later too.
    files: ['domain/**/*.ts', 'workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Temporal', message: 'It reads the wall clock inside the workflow sandbox.' },
        ...['process', 'performance', 'crypto', 'fetch', 'Buffer'].map((name) => ({
          name,
          message: 'Not deterministic, or absent from the workflow sandbox.',
        })),
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Use the id as a seed.' }],
    },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use the id as a seed.' },
        { object: 'Date', property: 'now', message: 'The time comes in as a parameter.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'The time comes in as a parameter.',
        },
        {
          selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
          message: 'Workflows share the modules of domain/ (infra/temporal/bundle.ts): they keep no state.',
        },
        {
          selector:
            'Program > :matches(VariableDeclaration, ExportNamedDeclaration) NewExpression[callee.name=/^(Weak)?Map$/]:not(:function *)',
          message: 'Workflows share the modules of domain/ (infra/temporal/bundle.ts): they keep no state.',
        },
      ],
    },
  },
  {
    files: ['{activities,api,models,infra,workers,contracts}/**/*.ts'],
    ignores: ['infra/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'infra/config.ts alone reads the environment.' },
      ],
    },
  },
);
