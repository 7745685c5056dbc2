<?php
// As much of the kit's control API (docs/schemas/control.openapi.json) as callbacks need; the rest is not offered.

declare(strict_types=1);

const POINTS = 1400;

function control(Store $store, string $method, string $path): void
{
    $body = json_decode((string) file_get_contents('php://input'), true) ?? [];
    $answer = match (true) {
        $path === '/health' => ['status' => 'ok'],
        $path === '/neighbours' => ['landbase' => null],
        $path === '/clock' && $method === 'GET' => ['now' => gmdate('Y-m-d\TH:i:s\Z'), 'offset_seconds' => 0],
        $path === '/settings' => settings(),
        $path === '/store' => ['position' => $store->data['next'] - 1, 'pending' => 0],
        $path === '/usage-points' => usage_points($store),
        $path === '/tickets' => page(tickets($store)),
        $path === '/callbacks' => page($store->data['callbacks']),
        $path === '/incidents' && $method === 'POST' => opened($store, $body),
        preg_match('~^/incidents/([^/]+)/restore$~', $path, $found) === 1 => restored($store, $found[1]),
        preg_match('~^/incidents/([^/]+)/(close|archive)$~', $path, $found) === 1 => closed($store, $found[1]),
        default => null,
    };
    http_response_code($answer === null ? 404 : 200);
    header('Content-Type: application/json');
    echo json_encode($answer ?? ['detail' => 'not offered'], JSON_THROW_ON_ERROR);
}

function settings(): array
{
    return [
        'comment_limit' => COMMENT_LIMIT,
        'languages' => LANGUAGES,
        'trouble_codes' => CODES,
        'hazards' => HAZARDS,
        'sources' => SOURCES,
        'callback_media' => MEDIA,
        'callback_results' => CALLBACK_RESULTS,
        'search_types' => (object) array_fill_keys(SEARCH_TYPES, []),
        'input_crs' => 'EPSG:4326',
        'model_crs' => 'EPSG:2277',
        'assignment_seconds' => HELD_SECONDS,
        'requeue_seconds' => 900,
    ];
}

function usage_points(Store $store): array
{
    $called = array_count_values(array_filter(array_column($store->data['tickets'], 'point')));
    $items = [];
    for ($number = 1; $number <= POINTS; $number++) {
        $mrid = sprintf('VU-%04d', $number);
        $items[] = ['mrid' => $mrid, 'transformer' => "VT-$number", 'priority' => $number % 7, 'language_id' => 1033]
            + ['longitude' => -97.7, 'latitude' => 30.2, 'energized' => true, 'active_tickets' => $called[$mrid] ?? 0];
    }
    $some = array_slice($items, (int) ($_GET['offset'] ?? 0), (int) ($_GET['limit'] ?? 100));
    return ['total' => POINTS, 'items' => $some];
}

function tickets(Store $store): array
{
    return array_map(fn (array $ticket): array => [
        'seq' => (int) substr($ticket['mRID'], 3, 6),
        'mrid' => $ticket['mRID'],
        'name' => $ticket['name'],
        'usage_point' => $ticket['point'],
    ], $store->data['tickets']);
}

function page(array $items): array
{
    $all = array_column($items, 'seq');
    $behind = array_values(array_filter($items, fn (array $each): bool => $each['seq'] > (int) ($_GET['after'] ?? 0)));
    $some = array_slice($behind, 0, (int) ($_GET['limit'] ?? 1000));
    return ['total' => count($behind), 'position' => $all ? max($all) : 0, 'pending' => 0, 'items' => $some];
}

function opened(Store $store, array $asked): array
{
    $incident = $asked + ['mrid' => 'VI-' . bin2hex(random_bytes(6)), 'restored' => false, 'closed' => false];
    $incident += ['created_date_time' => gmdate('Y-m-d\TH:i:s\Z')];
    $store->data['incidents'][$incident['mrid']] = $incident;
    $store->keep();
    return $incident;
}

/** Who asked to be called back is to be. */
function restored(Store $store, string $mrid): ?array
{
    $incident = &$store->data['incidents'][$mrid];
    foreach ($incident['restored'] ? [] : $store->data['tickets'] as $ticket) {
        if ($ticket['point'] === $incident['device'] && $ticket['callBack']) {
            $seq = count($store->data['callbacks']) + 1;
            $store->data['callbacks'][] = [
                'seq' => $seq,
                'mrid' => "VC-$seq-" . bin2hex(random_bytes(3)),
                'ticket' => $ticket['mRID'],
                'ticket_name' => $ticket['name'],
                'incident' => $mrid,
                'usage_point' => $ticket['point'],
                'created_at' => gmdate('Y-m-d\TH:i:s\Z'),
                'priority' => (int) substr($ticket['point'], 3) % 7,
                'language_id' => $ticket['language'],
                'trouble_code' => $ticket['code'],
                'reason' => 'PowerRestored',
                'periods' => [],
                'attempts' => 0,
                'automatic' => false,
                'closed' => false,
            ] + array_fill_keys(['comment', 'assigned_user', 'assigned_at', 'assignment_expires_at', 'not_before'], null)
              + array_fill_keys(['result', 'closed_at', 'last_update_user', 'last_update_time'], null);
        }
    }
    $incident['restored'] = true;
    $store->keep();
    return $incident;
}

function closed(Store $store, string $mrid): ?array
{
    $store->data['incidents'][$mrid]['closed'] = true;
    $store->keep();
    return $store->data['incidents'][$mrid];
}
