// Asks the address given whether it is well, for the health checks of containers, which have no curl.
const response = await fetch(process.argv[2], { signal: AbortSignal.timeout(4_000) });
process.exit(response.ok ? 0 : 1);
