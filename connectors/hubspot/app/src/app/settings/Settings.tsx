import { Flex, hubspot, Link, Text } from '@hubspot/ui-extensions';

import { BACKEND } from '../cards/backend';
import { languageOf, words } from '../cards/card';

hubspot.extend<'settings'>(({ context }) => {
  const said = words(languageOf(context.user.locale));
  return (
    <Flex direction="column" gap="small">
      <Text>{said.settings}</Text>
      <Link href={BACKEND}>{said.openSettings}</Link>
    </Flex>
  );
});
