import { hubspot } from '@hubspot/ui-extensions';

import { languageOf } from './card';
import { FortnoxCard } from './FortnoxCard';

hubspot.extend<'crm.record.tab'>(({ context, actions }) => (
  <FortnoxCard
    records="deals"
    id={String(context.crm.objectId)}
    language={languageOf(context.user.locale)}
    onChanged={actions.refreshObjectProperties}
  />
));
