import { QueryClient } from '@tanstack/react-query';

/**
 * Every read writes an audit row, so none happens by accident: none on focus, none again after an error, none because
 * the network came back. `gcTime: 0`: opening a record again is reading it again, and is on the log again; and what
 * is not on screen is not in memory.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: false,
      staleTime: Infinity,
      gcTime: 0,
      networkMode: 'always',
      // A rejected call is a bug in the main process, not an answer: the frame says so.
      throwOnError: true,
    },
    // A command's input may be a password: it is forgotten with its answer.
    mutations: { retry: false, gcTime: 0, networkMode: 'always', throwOnError: true },
  },
});
