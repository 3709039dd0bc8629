import { testGrpcAuthoriser } from './ext-auth.ts'

testGrpcAuthoriser('embedded', async () => ['--workers', '2'])
