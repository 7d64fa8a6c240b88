import {
  Alert,
  createTheme,
  DEFAULT_THEME,
  type CSSVariablesResolver,
  type MantineColorScheme,
  type MantineColorSchemeManager,
  type MantineThemeOverride,
} from '@mantine/core';

const systemFont = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/** Dialogs and drawers: a named way to close, and a head that is no second banner of the page. */
const dialogProps = (closeLabel: string) => ({
  transitionProps: { duration: 120 },
  closeButtonProps: { 'aria-label': closeLabel },
  attributes: { header: { role: 'none' } },
});

/**
 * Mantine's own look with one scale of type and space, lines in place of shadows, and enough contrast. Made anew for each language: a
 * dialog's way out has its name in it.
 */
export const createWindowTheme = (closeLabel: string): MantineThemeOverride =>
  createTheme({
    primaryColor: 'blue',
    // White on blue.8 is 5.0:1; on the default, 6, it is 3.6:1.
    primaryShade: 8,
    autoContrast: true,
    defaultRadius: 'sm',
    respectReducedMotion: true,
    cursorType: 'pointer',
    fontFamily: systemFont,
    fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'Noto Sans Mono', Menlo, monospace",
    fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
    spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
    radius: { xs: '4px', sm: '4px', md: '4px', lg: '4px', xl: '4px' },
    shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
    headings: {
      fontFamily: systemFont,
      fontWeight: '600',
      sizes: {
        h1: { fontSize: '1.375rem', lineHeight: '1.3' },
        h2: { fontSize: '1.125rem', lineHeight: '1.35' },
        h3: { fontSize: '0.875rem', lineHeight: '1.45' },
      },
    },
    components: {
      Modal: { defaultProps: { centered: true, ...dialogProps(closeLabel) } },
      Drawer: { defaultProps: dialogProps(closeLabel) },
      // The first item takes the focus; Mantine's place-holder is no child that a menu may have.
      Menu: { defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 120 } } },
      Popover: { defaultProps: { transitionProps: { duration: 120 } } },
      Tooltip: { defaultProps: { openDelay: 400, events: { hover: true, focus: true, touch: false } } },
      Table: { defaultProps: { tabularNums: true } },
      // A routine note is a status; only what stops the work interrupts (`ErrorAlert`).
      Alert: Alert.extend({
        defaultProps: { role: 'status' },
        // Mantine's outline teal is 4.0:1 on white; the text of what went well is the present colour.
        vars: (_theme, { color }) => ({
          root: color === 'teal' ? { '--alert-color': 'var(--rollkeep-present-text)' } : {},
        }),
      }),
      Notification: { defaultProps: { role: 'status' } },
    },
  });

const { colors } = DEFAULT_THEME;

/** Mends what the default theme draws with 2.1 to 4.0:1, and names the colours of our own marks. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': colors.red[9],
    '--mantine-color-default-border': colors.gray[4],
    '--rollkeep-field-border': '#868e96',
    ...statusColours('light'),
  },
  dark: {
    '--mantine-color-dimmed': colors.gray[5],
    '--mantine-color-placeholder': colors.gray[5],
    '--mantine-color-error': colors.red[4],
    '--rollkeep-field-border': '#828282',
    ...statusColours('dark'),
  },
});

/** The status table: text and fill in light, text on a faint tint in dark. */
function statusColours(scheme: 'light' | 'dark'): Record<string, string> {
  const roles = {
    present: { light: colors.teal[9], dark: colors.teal[4], fill: colors.teal[0] },
    unexplained: { light: colors.red[9], dark: colors.red[4], fill: colors.red[0] },
    explained: { light: colors.violet[9], dark: colors.violet[3], fill: colors.violet[0] },
    late: { light: '#8a4b00', dark: colors.orange[4], fill: colors.orange[0] },
    blank: { light: colors.gray[7], dark: colors.gray[5], fill: colors.gray[0] },
    info: { light: colors.blue[9], dark: colors.blue[4], fill: colors.blue[0] },
  };
  return Object.fromEntries(
    Object.entries(roles).flatMap(([role, colour]) => [
      [`--rollkeep-${role}-text`, colour[scheme]],
      [
        `--rollkeep-${role}-fill`,
        scheme === 'light' ? colour.fill : `color-mix(in srgb, ${colour.dark} 12%, ${colors.dark[7]})`,
      ],
    ]),
  );
}

/**
 * Keeps light or dark in memory: it is the user's own setting, kept in the store, and applied at sign-in. Before
 * that the main process has set what this computer uses, so nothing is read from the browser's storage.
 */
export function createColorSchemeManager(): MantineColorSchemeManager {
  let present: MantineColorScheme | null = null;
  return {
    get: (defaultValue) => present ?? defaultValue,
    set: (value) => {
      present = value;
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => {
      present = null;
    },
  };
}
