<?php
// CreatedTroubleTickets.

declare(strict_types=1);

const CODES = [
    'No Power/No Light', 'Flick Light/Partial Light', 'Power Restored', 'Not Restored', 'Voltage Problem',
    'Street Light Out', 'Momentary', 'Damaged Equipment', 'Other',
];
const HAZARDS = [
    'Line Down', 'Gas Leak', 'Fire', 'Tree on Line', 'Pole Broken', 'Arcing', 'Dig-in', 'Vehicle Accident',
    'Person Injured', 'Police Department', 'Fire Department', 'Emergency Medical',
];
const SOURCES = ['CallCenter', 'IVR', 'Portal', 'Operator', 'Unknown', 'CC', 'OutagePortal'];
const MEDIA = ['SMS', 'MobilePhone', 'LandlinePhone', 'Email'];
const SEARCH_TYPES = ['Pole', 'StreetIntersection', 'Address', 'Transformer'];
const LANGUAGES = [1033, 21514];

final class Batch
{
    /** @var array<string, array<string, list<string>>> by row, value and there the tickets */
    public array $seen = [];
    /** @var list<Trouble> */
    public array $single = [];

    public function note(string $row, string $value, string $ticket): void
    {
        if (!in_array($ticket, $this->seen[$row][$value] ?? [], true)) {
            $this->seen[$row][$value][] = $ticket;
        }
    }

    /** @return list<Trouble> */
    public function troubles(): array
    {
        $found = $this->single;
        foreach ($this->seen as $row => $values) {
            $tickets = implode(', ', array_values(array_unique(array_merge(...array_values($values)))));
            $all = implode(', ', array_keys($values));
            $plural = [
                '5.1-11' => ['WARNING', 'CommentExceedsLimit', "Comment exceeds limit for trouble ticket(s): $tickets"],
                '5.1-12' => ['WARNING', 'InvalidHazardType', "Invalid hazard type(s): $all for trouble ticket(s): $tickets"],
                '5.1-14' => ['FATAL', 'MissingTroubleCode', "Trouble code missing for trouble ticket(s): $tickets."],
                '5.1-15' => ['WARNING', 'InvalidLanguageId', "Invalid language ID(s): $all for trouble ticket(s): $tickets"],
                '5.1-16' => ['WARNING', 'InvalidCallSource', "Invalid call source(s): $all for trouble ticket(s): $tickets"],
                '5.1-17' => [
                    'WARNING',
                    'CallbackPeriodEndDateTimeInPast',
                    "Callback period end date time is in past for trouble ticket(s): $tickets.",
                ],
                '5.1-21' => [
                    'INFORM',
                    'CallbackPeriodMissing',
                    "Callback period element not found in message for trouble ticket(s): $tickets.",
                ],
            ];
            if (isset($plural[$row])) {
                $found[] = new Trouble($row, '2.7', ...$plural[$row]);
                continue;
            }
            foreach ($values as $value => $of) {
                $of = implode(', ', $of);
                $unsupported = "Landbase search type $value is not supported by landbase search configuration";
                $singular = [
                    '5.1-19' => ['2.7', 'INFORM', 'LocationTypeNotSupported', $unsupported],
                    '5.1-13' => ['2.7', 'FATAL', 'InvalidTroubleCode', "Invalid trouble code: $value for trouble ticket(s): $of."],
                    '5.1-23' => ['1.2', 'FATAL', 'InvalidContactDetail', "Invalid contact detail $value for trouble ticket(s): $of."],
                ];
                $found[] = new Trouble($row, ...$singular[$row]);
            }
        }
        return $found;
    }
}

class Receiving extends Changing
{
    public function CreatedTroubleTickets(object $message): array
    {
        $away = $this->turnedAway($message, 'created', 'TroubleTickets', ['Payload', 'Payload/TroubleTickets']);
        if ($away) {
            return $this->reply($message, 'TroubleTickets', 'FAILED', $away, null);
        }
        $batch = new Batch();
        $shown = [];
        $refused = 0;
        $partial = false;
        $counts = array_count_values(array_filter(array_column($this->store->data['tickets'], 'point')));
        foreach ($message->Payload->TroubleTickets->TroubleTicket ?? [] as $number => $entry) {
            $called = $entry->name ?? '#' . ($number + 1);
            $ticket = $this->judged($entry, $called, $batch);
            if ($ticket === null) {
                $refused++;
                if ($this->store->wrong('5.1-14') === 'stores' && trim($entry->troubleCode ?? '') === '') {
                    $this->store->add($this->asSent($entry));
                }
                continue;
            }
            $partial = $partial || isset($batch->seen['5.1-23']);
            $point = $ticket['point'] ?? null;
            $mrid = 'VT-000000-lost';
            if ($this->store->wrong('5.1-07') !== 'forgets' || !$this->isElsewhere($entry)) {
                $mrid = $this->store->add($ticket);
            }
            $known = $point !== null;
            $shown[] = [
                'mRID' => $mrid,
                'name' => $entry->name ?? null,
                'previousTroubleTicketsCount' => $known ? ($counts[$point] ?? 0) : 0,
                'status' => ['value' => $known ? 'Energized' : 'Created'],
            ] + ($point === null ? [] : ['UsagePoint' => ['mRID' => $point]]);
        }
        $this->store->keep();
        $result = $refused === 0 ? ($partial ? 'PARTIAL' : 'OK') : ($shown ? 'PARTIAL' : 'FAILED');
        $troubles = $batch->troubles();
        return $this->reply($message, 'TroubleTickets', $result, $troubles, ['TroubleTicket' => $shown]);
    }

    /** The ticket as it is to be stored; null for one that is refused. */
    private function judged(object $entry, string $called, Batch $batch): ?array
    {
        $code = trim($entry->troubleCode ?? '');
        if ($code === '' || !in_array($code, CODES, true)) {
            $batch->note($code === '' ? '5.1-14' : '5.1-13', $code, $called);
            return null;
        }
        $ticket = $this->asSent($entry);
        if (mb_chars($ticket['comment'] ?? '') > COMMENT_LIMIT) {
            $batch->note('5.1-11', '', $called);
            $ticket['comment'] = cut($ticket['comment'], COMMENT_LIMIT);
        }
        foreach (array_diff($ticket['hazards'], HAZARDS) as $hazard) {
            $batch->note('5.1-12', $hazard, $called);
        }
        $ticket['hazards'] = array_values(array_intersect($ticket['hazards'], HAZARDS));
        if (!in_array((int) $ticket['language'], LANGUAGES, true)) {
            $batch->note('5.1-15', (string) $ticket['language'], $called);
            $ticket['language'] = 1033;
        }
        if (!in_array($ticket['source'], SOURCES, true)) {
            $batch->note('5.1-16', $ticket['source'], $called);
            $ticket['source'] = 'Unknown';
        }
        if (strtotime($ticket['created']) > time() + 60) {
            $text = "Created date time is in future for trouble ticket: $called.";
            $batch->single[] = new Trouble('5.1-24', '2.5', 'WARNING', 'InvalidCreatedDateTime', $text);
            if ($this->store->wrong('5.1-24') !== 'keeps') {
                $ticket['created'] = gmdate('Y-m-d\TH:i:s\Z');
            }
        }
        $this->judgeCallbacks($entry, $called, $batch);
        $this->judgePlace($entry, $ticket, $batch);
        return $ticket;
    }

    private function asSent(object $entry): array
    {
        $person = $entry->CustomerData ?? null;
        return [
            'name' => $entry->name ?? null,
            'code' => $entry->troubleCode ?? '',
            'callBack' => $entry->callBack ?? false,
            'comment' => $entry->comment ?? null,
            'created' => $entry->createdDateTime ?? gmdate('Y-m-d\TH:i:s\Z'),
            'csr' => $entry->csrId ?? null,
            'firstCall' => $entry->firstCallDateTime ?? gmdate('Y-m-d\TH:i:s\Z'),
            'language' => $entry->languageId ?? 1033,
            'source' => $entry->source ?? 'Unknown',
            'point' => Store::knows($entry->UsagePoint->mRID ?? null) ? $entry->UsagePoint->mRID : null,
            'hazards' => array_map(fn ($each) => $each->mRID, $entry->IncidentHazard ?? []),
            'person' => $person === null ? null : json_decode(json_encode($person), true),
            'locations' => array_map(fn ($each) => json_decode(json_encode($each), true), $entry->Location ?? []),
        ];
    }

    /** On a usage point that is none of the model's. */
    private function isElsewhere(object $entry): bool
    {
        return trim($entry->UsagePoint->mRID ?? '') !== '' && !Store::knows($entry->UsagePoint->mRID);
    }

    private function judgeCallbacks(object $entry, string $called, Batch $batch): void
    {
        $periods = 0;
        foreach ($entry->CallBacks ?? [] as $each) {
            $medium = $each->contactDetail ?? null;
            if ($medium !== null && !in_array($medium, MEDIA, true)) {
                $batch->note('5.1-23', $medium, $called);
            }
            foreach (($entry->callBack ?? false) ? ($each->Periods ?? []) : [] as $period) {
                if (!isset($period->start) && !isset($period->end)) {
                    continue;
                }
                $periods++;
                [$start, $end] = [$period->start ?? null, $period->end ?? null];
                if ($start !== null && $end !== null && strtotime($end) < strtotime($start)) {
                    $text = "Period: $start/$end is invalid. End date time is less than start date time.";
                    $trouble = new Trouble('5.1-18', '2.7', 'WARNING', 'InvalidPeriod', $text);
                    if (!in_array($trouble, $batch->single)) {
                        $batch->single[] = $trouble;
                    }
                } elseif (min(strtotime($start ?? $end), strtotime($end ?? $start)) < time()) {
                    $batch->note('5.1-17', '', $called);
                }
            }
        }
        if (($entry->callBack ?? false) && $periods === 0) {
            $batch->note('5.1-21', '', $called);
        }
    }

    /** Coordinates in degrees, within the part of Texas that the model covers. There is no landbase. */
    private function judgePlace(object $entry, array &$ticket, Batch $batch): void
    {
        foreach ($entry->Location ?? [] as $place) {
            if (isset($place->type) && !in_array($place->type, SEARCH_TYPES, true)) {
                $batch->note('5.1-19', $place->type, '');
            }
            $point = $place->PositionPoint ?? null;
            if ($point === null) {
                continue;
            }
            [$x, $y] = [$point->xPosition ?? '', $point->yPosition ?? ''];
            $good = [
                'X' => is_numeric($x) && $x >= -106.66 && $x <= -93.5,
                'Y' => is_numeric($y) && $y >= 29.78 && $y <= 32.27,
            ];
            foreach (array_keys($good, false, true) as $axis) {
                $text = "$axis coordinate of the position point ($x, $y) is not valid.";
                $batch->single[] = new Trouble('5.1-20', '2.5', 'WARNING', 'InvalidPositionPoint', $text);
            }
            if (in_array(false, $good, true)) {
                foreach ($ticket['locations'] as &$stored) {
                    unset($stored['PositionPoint']);
                }
            }
        }
    }
}

function mb_chars(string $text): int
{
    return preg_match_all('/./su', $text);
}

function cut(string $text, int $characters): string
{
    preg_match("/^.{0,$characters}/su", $text, $found);
    return $found[0];
}
