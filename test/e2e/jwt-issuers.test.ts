import { testIssuers } from './jwt-issuers.ts'

testIssuers('embedded', async () => ['--workers', '2'])
