/**
 * Whether matrices are run whole. Otherwise of their cases as many as it takes for each row, each column, and each cell of what they cross to be there once;
 * `HEPHY_TEST_EVERYTHING=1` asks for all.
 */
export const EVERY_CASE = !['', '0', undefined].includes(process.env.HEPHY_TEST_EVERYTHING);
