<?php
// GetCallbacks and CreatedCallBacksResults.

declare(strict_types=1);

const CALLBACK_RESULTS = ['Restored', 'Not Restored', 'No Answer', 'Busy', 'Left Message', 'Undialable', 'Declined'];
const HELD_SECONDS = 1800;

/** Whether somebody holds a callback now. */
function is_held(array $callback): bool
{
    return $callback['assigned_user'] !== null && strtotime($callback['assignment_expires_at']) > time();
}

final class Pulling extends Operation
{
    public function GetCallbacks(object $message): array
    {
        $away = $this->turnedAway($message, 'get', 'CallBacks', ['Request', 'Request/GetCallbacks']);
        $asked = $message->Request->GetCallbacks->CallBack ?? null;
        $priority = $asked->TroubleTickets->priority ?? null;
        $language = $asked->TroubleTickets->languageId ?? null;
        if (!$away && trim($asked->csrId ?? '') === '') {
            $text = 'Customer Service Representative ID is not provided in request message.';
            $away[] = new Trouble('7.1-03', '1.2', 'FATAL', 'CsrIdMissing', $text);
        }
        if (!$away && $priority !== null && !preg_match('/^\s*[+-]?\d+\s*$/', $priority)) {
            $text = "Priority $priority is invalid numerical value.";
            $away[] = new Trouble('7.1-04', '1.2', 'FATAL', 'PriorityNotNumber', $text);
        }
        if (!$away && $language !== null && !in_array((int) $language, LANGUAGES, true)) {
            $text = "Received language id isn't valid or isn't in configuration.";
            $away[] = new Trouble('7.1-06', '1.2', 'FATAL', 'InvalidLanguageId', $text);
        }
        if ($away) {
            if ($this->store->wrong($away[0]->row) === 'pulls') {
                $this->pull('nobody', 1, null, null);
                $this->store->keep();
            }
            return $this->reply($message, 'CallBacks', 'FAILED', $away, null);
        }
        $count = (int) ($asked->count ?? 1);
        $pulled = $this->pull($asked->csrId, $count === 0 ? 1 : $count, $priority, $language);
        $this->store->keep();
        $text = 'No callbacks found for provided search criteria.';
        $none = $pulled ? [] : [new Trouble('7.1-05', '1.2', 'INFORM', 'EntityNotFound', $text)];
        return $this->reply($message, 'CallBacks', 'OK', $none, ['CallBack' => $pulled]);
    }

    /** @return list<array<string, mixed>> what the reply carries */
    private function pull(string $csr, int $count, ?string $priority, $language): array
    {
        $callbacks = &$this->store->data['callbacks'];
        $fitting = array_keys(array_filter($callbacks, fn (array $each): bool => !$each['closed'] && !is_held($each)
            && ($priority === null || $each['priority'] === (int) $priority)
            && ($language === null || $each['language_id'] === (int) $language)));
        usort($fitting, fn ($a, $b) => [$callbacks[$b]['priority'], $a] <=> [$callbacks[$a]['priority'], $b]);
        $carried = [];
        foreach (array_slice($fitting, 0, $count) as $place) {
            $each = &$callbacks[$place];
            $each['assigned_user'] = $csr;
            $each['assigned_at'] = gmdate('Y-m-d\TH:i:s\Z');
            $each['assignment_expires_at'] = gmdate('Y-m-d\TH:i:s\Z', time() + HELD_SECONDS);
            $carried[] = [
                'mRID' => $each['mrid'],
                'csrId' => $csr,
                'dateTime' => $each['created_at'],
                'Reason' => $each['reason'],
                'IncidentRecord' => $this->told($each['incident']),
                'TroubleTickets' => [[
                    'languageId' => $each['language_id'],
                    'troubleCode' => $each['trouble_code'],
                    'UsagePoint' => ['mRID' => $each['usage_point']],
                ]],
            ];
            unset($each);
        }
        return $carried;
    }

    private function told(string $mrid): array
    {
        $incident = $this->store->data['incidents'][$mrid];
        return [
            'mRID' => $mrid,
            'comment' => $incident['comment'],
            'createdDateTime' => $incident['created_date_time'],
            'estimatedRestorationTime' => $incident['estimated_restoration_time'],
            'Crews' => array_map(fn (array $crew) => ['mRID' => $crew['mrid'], 'name' => $crew['name']], $incident['crews']),
            'OutageRecord' => ['OutageCodes' => [['name' => $incident['cause'], 'subCode' => $incident['subcause']]]],
            'status' => ['value' => $incident['status']],
        ];
    }
}

final class Results extends Operation
{
    public function CreatedCallBacksResults(object $message): array
    {
        $paths = ['Payload', 'Payload/CallBacksResults'];
        $away = $this->turnedAway($message, 'created', 'CallBacksResults', $paths);
        if ($away) {
            return $this->reply($message, 'CallBacksResults', 'FAILED', $away, null);
        }
        $entries = $message->Payload->CallBacksResults->CallBackResult ?? [];
        $times = array_count_values(array_filter(array_map(fn ($entry) => $entry->mRID ?? '', $entries)));
        [$found, $words, $shown] = [[], [], []];
        foreach ($entries as $entry) {
            $row = $this->refusedBy($entry, $times);
            if ($row === null || $this->store->wrong($row) === 'applies') {
                $this->apply($entry);
            }
            if ($row === '8.1-03') {
                $words[$entry->status->value][] = $entry->mRID;
            } elseif ($row !== null) {
                $found[$row][] = $row === '8.1-05' ? 'csrId ' . ($entry->csrId ?? '') : ($entry->mRID ?? '');
            } else {
                $shown[] = ['mRID' => $entry->mRID, 'status' => ['value' => 'Updated']];
            }
        }
        $this->store->keep();
        $result = count($shown) === count($entries) ? 'OK' : ($shown ? 'PARTIAL' : 'FAILED');
        $payload = ['CallBackResult' => $shown];
        return $this->reply($message, 'CallBacksResults', $result, self::troubles($found, $words), $payload);
    }

    private function refusedBy(object $entry, array $times): ?string
    {
        $mrid = $entry->mRID ?? '';
        $known = $mrid === '' ? null : $this->placeOf($mrid);
        $word = $entry->status->value ?? '';
        return match (true) {
            $mrid === '' => '8.1-08',
            $times[$mrid] > 1 => '8.1-07',
            $known === null => '8.1-02',
            trim($word) === '' => '8.1-06',
            !in_array($word, CALLBACK_RESULTS, true) => '8.1-03',
            $this->store->data['callbacks'][$known]['assigned_user'] !== ($entry->csrId ?? '') => '8.1-05',
            default => null,
        };
    }

    private function placeOf(string $mrid): ?int
    {
        $found = array_search($mrid, array_column($this->store->data['callbacks'], 'mrid'), true);
        return $found === false ? null : $found;
    }

    private function apply(object $entry): void
    {
        $place = $this->placeOf($entry->mRID ?? '');
        if ($place === null) {
            return;
        }
        $now = gmdate('Y-m-d\TH:i:s\Z');
        $this->store->data['callbacks'][$place] = [
            'result' => $entry->status->value ?? 'Restored',
            'comment' => $entry->comment ?? null,
            'closed' => true,
            'closed_at' => $now,
            'assigned_user' => null,
            'last_update_user' => $entry->csrId ?? null,
            'last_update_time' => $entry->dateTime ?? $now,
        ] + $this->store->data['callbacks'][$place];
    }

    /** @return list<Trouble> */
    private static function troubles(array $found, array $words): array
    {
        $troubles = [];
        foreach ($words as $word => $mrids) {
            $text = "Invalid callback result: $word for callback(s): " . self::listed($mrids);
            $troubles[] = new Trouble('8.1-03', '2.7', 'FATAL', 'InvalidCallBackResult', $text);
        }
        foreach (array_unique($found['8.1-07'] ?? []) as $mrid) {
            $text = "Duplicate mRID $mrid in the message.";
            $troubles[] = new Trouble('8.1-07', '2.7', 'FATAL', 'DuplicateMRIDs', $text);
        }
        $one = [
            '8.1-02' => ['EntityNotFound', 'Invalid callback(s) mRID(s): {0}'],
            '8.1-05' => [
                'DifferentCsrId',
                'Callback result cannot be updated if: {0} or adapter is not assigned to that callback.',
            ],
            '8.1-06' => [
                'CallbackResultMissing',
                'Callback result element not found in message for callback(s): {0}.',
            ],
            '8.1-08' => ['MissingMRIDs', 'Callback mrid is not provided.'],
        ];
        foreach (array_intersect_key($one, $found) as $row => [$reason, $text]) {
            $named = str_replace('{0}', self::listed(array_values(array_unique($found[$row]))), $text);
            $troubles[] = new Trouble($row, '2.7', 'FATAL', $reason, $named);
        }
        return $troubles;
    }
}
