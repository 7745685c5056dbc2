<?php
// Posts the results of calls. Usage: php post.php FILE, a JSON list of mRIDs; the environment is that of index.php.

declare(strict_types=1);

ini_set('soap.wsdl_cache_enabled', '0');

const BATCH = 500;
const TRIES = 3;

$script = json_decode(@file_get_contents(getenv('IVR_STATE') . '/script.json') ?: '[]', true);
$mrids = json_decode(file_get_contents($argv[1]), true);
$client = new SoapClient(getenv('IVR_CONTRACT') . '/wsdl/ReceiveCallBacksResultsService.wsdl', [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'location' => getenv('IVR_RESULTS'),
    'exceptions' => true,
    'keep_alive' => false,
]);

function result(string $mrid, int $number, array $script): array
{
    $found = [
        'mRID' => $mrid,
        'comment' => 'Wir haben angerufen & erreicht',
        'csrId' => 'ivr-line-1',
        'dateTime' => gmdate('Y-m-d\TH:i:s\Z'),
        'status' => ['value' => $number % 2 ? 'No Answer' : 'Restored'],
    ];
    if (($script['IVR-33'] ?? null) === 'word' && $number === 2) {
        $found['status'] = ['value' => 'Spoke'];
    }
    if (($script['IVR-34'] ?? null) === 'long ago') {
        $found['dateTime'] = '2020-01-01T12:00:00Z';
    }
    if (($script['IVR-35'] ?? null) === 'nobody') {
        unset($found['csrId']);
    }
    return $found;
}

foreach (array_chunk($mrids, BATCH) as $some) {
    $id = bin2hex(random_bytes(16));
    $results = array_map(fn (string $mrid, int $at): array => result($mrid, $at, $script), $some, array_keys($some));
    $message = [
        'Header' => [
            'Verb' => 'created',
            'Noun' => 'CallBacksResults',
            'Timestamp' => gmdate('Y-m-d\TH:i:s') . (($script['IVR-32'] ?? null) === 'no zone' ? '' : 'Z'),
            'Source' => 'Vendor IVR',
            'MessageID' => $id,
            'CorrelationID' => $id,
        ],
        'Payload' => ['CallBacksResults' => ['CallBackResult' => $results]],
    ];
    $isImpatient = ($script['IVR-39'] ?? null) === 'impatient';
    for ($try = 0; $try < TRIES; $try++) {
        $started = microtime(true);
        try {
            $client->CreatedCallBacksResults($message);
            if (!$isImpatient || microtime(true) - $started < 0.9) {
                break;
            }
        } catch (SoapFault $fault) {
            if ($fault->faultcode !== 'HTTP' && !str_contains($fault->faultstring, 'no time')) {
                break;
            }
            usleep(200_000);
        }
    }
}
