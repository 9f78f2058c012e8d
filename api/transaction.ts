export { inTransaction } from '../models/transaction.ts';
